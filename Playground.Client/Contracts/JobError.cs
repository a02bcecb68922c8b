namespace Playground.Client.Contracts;

/// <summary>Why jobs fail or are paused: the codes of <see cref="JobView.ErrorRemarks"/>. Others have a sentence alone.</summary>
public static class JobError
{
    /// <summary>The server was stopped while it ran.</summary>
    public const string CutOff = "cut-off";

    /// <summary>The server failed; its log says why.</summary>
    public const string ServerFailed = "server-failed";

    /// <summary>The server ended too often while it ran: how often.</summary>
    public const string Parked = "parked";

    /// <summary>The server's disk or database does not work; what is wrong with it follows.</summary>
    public const string Storage = "storage-";

    /// <summary>A paused training goes on from a step when it is resumed.</summary>
    public const string ResumesFrom = "resumes-from";

    /// <summary>A paused training begins anew when it is resumed.</summary>
    public const string ResumesAnew = "resumes-anew";

    /// <summary>The owner's training hours are used up: how many, of how many days.</summary>
    public const string TrainingHours = "training-hours";

    /// <summary>The data set has changed since the training began: its name.</summary>
    public const string DataChanged = "data-changed";

    /// <summary>The model is not installed any more: its name.</summary>
    public const string ModelGone = "model-gone";

    /// <summary>The model was replaced while its evaluation was cut off: its name.</summary>
    public const string ModelReplaced = "model-replaced";

    /// <summary>The reference is not there any more: its id.</summary>
    public const string ReferenceGone = "reference-gone";

    /// <summary>The extractor is not there any more: its name.</summary>
    public const string ExtractorGone = "extractor-gone";

    /// <summary>The CLIP model is not there any more: its name.</summary>
    public const string ClipGone = "clip-gone";

    /// <summary>A file did not come in time: the host, minutes in all, seconds without a byte.</summary>
    public const string FetchSlow = "fetch-slow";

    /// <summary>A host cannot be reached: its name, and what the system says.</summary>
    public const string FetchUnreachable = "fetch-unreachable";

    /// <summary>A file was cut off on its way: what the system says.</summary>
    public const string FetchCutOff = "fetch-cut-off";

    /// <summary>A host answered with an error: its name, the status, and its words.</summary>
    public const string FetchRefused = "fetch-refused";

    /// <summary>An address redirects too often: how often it may.</summary>
    public const string FetchRedirects = "fetch-redirects";

    /// <summary>A host is not on the public internet: its name.</summary>
    public const string FetchPrivate = "fetch-private";

    /// <summary>A file is larger than an import may be: how large it may be.</summary>
    public const string FetchTooLarge = "fetch-too-large";

    /// <summary>The upload holds no files.</summary>
    public const string UploadEmpty = "upload-empty";

    /// <summary>None of the files is an image that can be used: how many there are, and why the most of them are not.</summary>
    public const string NothingUsable = "nothing-usable";

    /// <summary>A training's loss is no longer a number: what it became, the step, the step whose weights are kept.</summary>
    public const string Diverged = "diverged";

    /// <summary>The same before anything was saved: what it became, the step.</summary>
    public const string DivergedAtOnce = "diverged-at-once";

    /// <summary>The images are not whole on the server's disk.</summary>
    public const string ImagesDamaged = "images-damaged";
}
