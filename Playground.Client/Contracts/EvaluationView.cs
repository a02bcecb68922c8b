namespace Playground.Client.Contracts;

/// <summary>What an evaluation can be made of.</summary>
/// <param name="References">Sets of pictures, and statistics of such.</param>
/// <param name="Extractors">What turns pictures into features.</param>
/// <param name="Clip">Names of CLIP models.</param>
public sealed record EvaluationChoices(IReadOnlyList<ReferenceView> References, IReadOnlyList<ExtractorView> Extractors,
    IReadOnlyList<string> Clip);

/// <summary>A set of pictures to compare with.</summary>
/// <param name="Id">What requests call it.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Count">Pictures; null where only statistics are there that do not say.</param>
/// <param name="HasPictures">False for statistics, which allow no more than the Fréchet distance.</param>
/// <param name="Features">The extractor that is taken unless a request names another; null where statistics do not say whose they
/// are.</param>
public sealed record ReferenceView(string Id, string Name, long? Count, bool HasPictures, string? Features)
{
    /// <summary>What its images are; null where statistics do not say, or they are not square.</summary>
    public ImageForm? Form { get; init; }
}

/// <summary>A feature extractor.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Preprocessings">What can be done to pictures before it, the usual one first.</param>
/// <param name="Note">What its distances mean, or do not.</param>
/// <param name="LeastImages">With fewer on either side a distance is far too high; null where the features' number is not known
/// yet.</param>
/// <param name="EnoughImages">With so many, a distance is hardly biased.</param>
public sealed record ExtractorView(
    string Name, string Title, IReadOnlyList<string> Preprocessings, string Note, int? LeastImages, int? EnoughImages)
{
    /// <summary>The images that it was made for; null where that is not known.</summary>
    public ImageForm? Form { get; init; }

    /// <summary>What its distances are called, such as "Fréchet distance, ResNet-18 features"; null where its file has to be read for
    /// that.</summary>
    public string? DistanceName { get; init; }
}

/// <summary>An evaluation as its owner sees it.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Title">What was graded.</param>
/// <param name="ModelHash">First ten digits of the weights' SHA-256; null where pictures were graded.</param>
/// <param name="Cells">Every combination, in the order in which they run.</param>
/// <param name="HasReport">Whether the report is there.</param>
public sealed record EvaluationView(JobView Job, string Title, string? ModelHash, IReadOnlyList<EvaluationCell> Cells, bool HasReport)
{
    /// <summary>The name of the training whose checkpoint was graded; null: it is no checkpoint.</summary>
    public string? Training { get; init; }
}

/// <summary>One combination of sampler, steps and guidance, and what came of it.</summary>
/// <param name="Title">Such as "DDIM, 50 steps".</param>
/// <param name="Sampler">Null where pictures were graded.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">1: off.</param>
/// <param name="Seconds">Spent on making its pictures; null until they are all made.</param>
/// <param name="DistanceName">"FID", or such as "Fréchet distance, ResNet-18 features"; null until it is known.</param>
/// <param name="Distance">The Fréchet distance; null until it is known.</param>
/// <param name="DistanceLow">Lower end of its interval.</param>
/// <param name="DistanceHigh">Upper end of its interval.</param>
public sealed record EvaluationCell(
    string Title, string? Sampler, int Steps, double Guidance, double? Seconds, string? DistanceName, double? Distance, double? DistanceLow,
    double? DistanceHigh);
