namespace Playground.Client.Contracts;

/// <summary>What a job can be at where its steps alone do not say it: the codes of <see cref="JobView.ActivityRemark"/>.</summary>
public static class JobActivity
{
    /// <summary>The disk is full; the job goes on by itself when there is room.</summary>
    public const string WaitingForDisk = "waiting-disk";

    /// <summary>The database does not answer; the job goes on by itself when it does.</summary>
    public const string WaitingForDatabase = "waiting-database";

    /// <summary>A sampling finds the noise of the two images that it goes between.</summary>
    public const string FindingNoise = "finding-noise";

    /// <summary>A training teaches its text encoder, before its first step: an empty text, the steps that are done, and all.</summary>
    public const string TeachingText = "teaching-text";

    /// <summary>A training writes a checkpoint.</summary>
    public const string WritingCheckpoint = "writing-checkpoint";

    /// <summary>A training draws its preview.</summary>
    public const string Previewing = "previewing";

    /// <summary>An evaluation makes the images of a combination: its name, those that are there, and all.</summary>
    public const string MakingImages = "making-images";

    /// <summary>An evaluation takes latents of the reference: a combination's name, those that are taken, and all.</summary>
    public const string TakingLatents = "taking-latents";

    /// <summary>
    /// An evaluation is at a stage, whose code follows: a combination's name, and, where it is counted, how many are done of how many.
    /// </summary>
    public const string Evaluating = "evaluating-";
}
