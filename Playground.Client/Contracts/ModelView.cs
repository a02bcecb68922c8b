namespace Playground.Client.Contracts;

/// <summary>An installed model, as a list shows it.</summary>
/// <param name="Name">By which requests name it: its folder's name, or that of a training's checkpoint.</param>
/// <param name="SampleSize">Height and width in pixels.</param>
/// <param name="Channels">1: grey, 3: colour.</param>
/// <param name="Classes">Null when unconditional.</param>
/// <param name="TrainTimesteps">Most steps that a run can take.</param>
/// <param name="Guides">Whether guidance other than 1 is possible.</param>
/// <param name="Hash">First ten digits of the weights' SHA-256.</param>
public sealed record ModelView(string Name, int SampleSize, int Channels, int? Classes, int TrainTimesteps, bool Guides, string Hash)
{
    /// <summary>What people call it; for a training's checkpoint the training's name and the step.</summary>
    public string Title { get; init; } = Name;

    /// <summary>What its classes are called, by label; empty where they have no names.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Number of weights.</summary>
    public long Parameters { get; init; }

    /// <summary>What its files take on disk.</summary>
    public long Bytes { get; init; }

    /// <summary>When its newest file was written, in UTC.</summary>
    public DateTime Written { get; init; }

    /// <summary>Whether it came with the program.</summary>
    public bool Shipped { get; init; }

    /// <summary>The picture of its samples, as a path on this server; null where it has none.</summary>
    public string? Samples { get; init; }

    /// <summary>How it reads text; null where it draws without.</summary>
    public TextModelView? Text { get; init; }

    /// <summary>What its training started from; null when from scratch or not known.</summary>
    public ModelLink? Parent { get; init; }
}

/// <summary>What is to be known of a model that draws from text.</summary>
/// <param name="Kind">What people call its kind, such as <c>Stable Diffusion 1</c>; null: it has no such name.</param>
/// <param name="Multiple">Width and height are multiples of it.</param>
/// <param name="MaxSide">The largest width and height.</param>
/// <param name="Tokens">Tokens of a prompt that are read.</param>
/// <param name="Layers">Layers of its text encoder: the clip skip is below.</param>
/// <param name="Inpaints">Whether it was trained to redraw a part of an image.</param>
public sealed record TextModelView(string? Kind, int Multiple, int MaxSide, int Tokens, int Layers, bool Inpaints)
{
    /// <summary>Guidance that suits it; null: what is usual for such models.</summary>
    public double? Guidance { get; init; }

    /// <summary>Prompts to begin with.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];
}

/// <summary>A model that another names.</summary>
/// <param name="Name">What it is called now, or was called then where it is not installed.</param>
/// <param name="Hash">By which it is found whatever it is called.</param>
/// <param name="Installed">Whether it is here.</param>
public sealed record ModelLink(string Name, string Hash, bool Installed);

/// <summary>A data set that a model was trained on.</summary>
/// <param name="Name">What it was called then.</param>
/// <param name="Id">Its id on the server that trained; null when not known.</param>
/// <param name="Version">Which version of it.</param>
/// <param name="Hash">Hash of that version's content.</param>
public sealed record ModelDataset(string Name, string? Id, int? Version, string? Hash);

/// <summary>Everything that is known of an installed model.</summary>
/// <param name="Model">As in the list.</param>
/// <param name="Architecture">Its network and its schedule.</param>
/// <param name="Files">By path.</param>
/// <param name="Card">Its README as HTML, which holds no scripts, no foreign pictures and no raw HTML of its own; null where it has
/// none.</param>
/// <param name="Parents">What it came from, the nearest first.</param>
/// <param name="Children">The installed models that came from it.</param>
/// <param name="Dependents">Models whose lineage would lose it: to delete it, <c>force</c> is needed.</param>
/// <param name="Dataset">What it was trained on; null when not known.</param>
/// <param name="Training">How it was trained, as its maker wrote it down.</param>
/// <param name="Jobs">Jobs that wait, run or are paused, and need it.</param>
public sealed record ModelDetail(ModelView Model, ModelArchitecture Architecture, IReadOnlyList<ModelFile> Files, string? Card,
    IReadOnlyList<ModelLink> Parents, IReadOnlyList<ModelChild> Children, IReadOnlyList<string> Dependents, ModelDataset? Dataset,
    IReadOnlyDictionary<string, string> Training, IReadOnlyList<ModelJob> Jobs);

/// <summary>A network and its schedule, in diffusers' words.</summary>
public sealed record ModelArchitecture
{
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [];

    /// <summary>Finest first.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } = [];

    /// <summary>Coarsest first.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } = [];
    public int LayersPerBlock { get; init; }

    /// <summary>Channels per head; null: one head.</summary>
    public int? AttentionHeadDim { get; init; }
    public string TimeEmbeddingType { get; init; } = "";

    /// <summary>Rows of the class embedding, "no class" included; null when unconditional.</summary>
    public int? NumClassEmbeds { get; init; }
    public string Scheduler { get; init; } = "";
    public string PredictionType { get; init; } = "";

    /// <summary>Null where the file holds β itself.</summary>
    public string? BetaSchedule { get; init; }
    public float BetaStart { get; init; }
    public float BetaEnd { get; init; }
    public int Timesteps { get; init; }
}

/// <summary>A file of a model.</summary>
/// <param name="Path">Inside its folder, with '/'.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ModelFile(string Path, long Bytes);

/// <summary>A model that came from another, and what came from it in turn.</summary>
public sealed record ModelChild(string Name, string Hash, IReadOnlyList<ModelChild> Children);

/// <summary>A job that needs a model.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Kind">One of <see cref="JobKind"/>.</param>
/// <param name="Status">One of <see cref="JobStatus"/>.</param>
public sealed record ModelJob(string Id, string Kind, string Status);

/// <summary>A model that has just come in.</summary>
/// <param name="Model">As in the list.</param>
/// <param name="LeftOut">Files that came with it and were not taken, each with the reason.</param>
public sealed record ImportedModel(ModelView Model, IReadOnlyList<string> LeftOut);
