namespace Playground.Client.Contracts;

/// <summary>What a training can be made of.</summary>
/// <param name="Presets">Architectures to train from scratch.</param>
/// <param name="Datasets">What can be trained on.</param>
public sealed record TrainingChoices(IReadOnlyList<TrainingPreset> Presets, IReadOnlyList<TrainingDataset> Datasets)
{
    /// <summary>Architectures of autoencoders, for requests with <see cref="TrainingRequest.Text"/>.</summary>
    public IReadOnlyList<TrainingPreset> AutoencoderPresets { get; init; } = [];

    /// <summary>Architectures that read text, for requests with <see cref="TrainingRequest.Text"/>.</summary>
    public IReadOnlyList<TrainingPreset> TextPresets { get; init; } = [];

    /// <summary>Whose autoencoders can be used: installed models that read text, and checkpoints of the caller's own trainings.</summary>
    public IReadOnlyList<AutoencoderChoice> Autoencoders { get; init; } = [];
}

/// <summary>An autoencoder that a model can be trained over.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Multiple">Images must have a height and width that is a multiple of it.</param>
/// <param name="Channels">Of its images.</param>
public sealed record AutoencoderChoice(string Name, int Multiple, int Channels)
{
    /// <summary>What people call it.</summary>
    public string Title { get; init; } = Name;
}

/// <summary>An architecture, and settings that suit it.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Description">What it is good for.</param>
/// <param name="Parameters">Number of weights, for color images without classes.</param>
/// <param name="Options">What differs from the defaults.</param>
public sealed record TrainingPreset(string Name, string Title, string Description, long Parameters, TrainingOptions Options)
{
    /// <summary>Images must have a height and width that is a multiple of it.</summary>
    public int Multiple { get; init; } = 1;
}

/// <summary>A version of a data set that can be trained on.</summary>
/// <param name="Id">What requests call the data set.</param>
/// <param name="Version">1, 2, …</param>
/// <param name="Name">What people call it.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="Channels">1: grey, 3: colour.</param>
/// <param name="Classes">Names in the order of their labels; empty when the pictures have none.</param>
public sealed record TrainingDataset(string Id, int Version, string Name, int Count, int Size, int Channels, IReadOnlyList<string> Classes)
{
    /// <summary>Whether images have captions, or say anything else of themselves that captions can be made of.</summary>
    public bool HasCaptions => CaptionFields.Any(f => f != CaptionTemplate.Class);

    /// <summary>The names that templates of captions can use, such as <c>text</c>, <c>style</c> and <c>class</c>.</summary>
    public IReadOnlyList<string> CaptionFields { get; init; } = [];

    /// <summary>What one of the images says under these names, for an example.</summary>
    public IReadOnlyDictionary<string, string> CaptionExample { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a training will take, measured on this machine by steps of its own kind.</summary>
/// <param name="SecondsPerStep">Of the optimizer, nothing else running.</param>
/// <param name="Seconds">In all, with looks, validation and checkpoints.</param>
/// <param name="PeakBytes">Memory of weights, gradients, moments, averages and activations; null where it cannot be measured.</param>
/// <param name="CheckpointBytes">Disk for the checkpoints that are kept.</param>
/// <param name="Parameters">Number of weights that are trained.</param>
/// <param name="Note">What of the model has to be changed for the data; null: nothing.</param>
public sealed record TrainingEstimate(double SecondsPerStep, double Seconds, long? PeakBytes, long CheckpointBytes, long Parameters,
    string? Note);

/// <summary>A training as its owner sees it.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Request">What was asked for, as it is now.</param>
/// <param name="Lineage">What it is made from; null before its first step.</param>
/// <param name="Checkpoints">Those that can be tried, the oldest first.</param>
/// <param name="Samples">The steps of which there are samples, in order.</param>
public sealed record TrainingView(JobView Job, TrainingRequest Request, TrainingLineage? Lineage,
    IReadOnlyList<TrainingCheckpointView> Checkpoints, IReadOnlyList<long> Samples)
{
    /// <summary>The pace of its newest steps, without previews, validation and checkpoints; null before the first.</summary>
    public double? PicturesPerSecond { get; init; }

    /// <summary>Whether it is of an autoencoder, which draws nothing by itself.</summary>
    public bool IsAutoencoder { get; init; }
}

/// <summary>What a training is made from.</summary>
/// <param name="Dataset">The data set's name.</param>
/// <param name="Version">Of the data set.</param>
/// <param name="Hash">Of that version's content.</param>
/// <param name="Pictures">How many it has.</param>
/// <param name="Parent">The model that it goes on from; null: from scratch.</param>
/// <param name="ParentHash">First ten digits of the SHA-256 of its weights.</param>
/// <param name="Parameters">Number of weights that are trained.</param>
/// <param name="Note">What of the parent had to be changed for the data; null: nothing.</param>
public sealed record TrainingLineage(string Dataset, int Version, string Hash, int Pictures, string? Parent, string? ParentHash,
    long Parameters, string? Note)
{
    /// <summary>What people call the parent; null: from scratch.</summary>
    public string? ParentTitle { get; init; } = Parent;
}

/// <summary>A model that a training left on its way.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Model">The name by which its owner can sample from it.</param>
/// <param name="Bytes">On disk.</param>
/// <param name="SampleStep">The newest step up to this one of which there are samples; null: none.</param>
/// <param name="Loss">Running mean at that step; null when not known.</param>
/// <param name="Validation">The newest held-out loss at that step; null without any.</param>
public sealed record TrainingCheckpointView(long Step, string Model, long Bytes, long? SampleStep, double? Loss, double? Validation);

/// <summary>One step of a training.</summary>
/// <param name="Step">1 for the first.</param>
/// <param name="Loss">Of this step.</param>
/// <param name="Smoothed">Running mean over about a hundred steps.</param>
/// <param name="Validation">On the held-out pictures, where it was measured after this step.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="PicturesPerSecond">Of the newest steps, without previews, validation and checkpoints.</param>
public sealed record TrainingPoint(long Step, double Loss, double Smoothed, double? Validation, double LearningRate, double GradientNorm,
    double PicturesPerSecond);
