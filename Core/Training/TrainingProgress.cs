namespace Playground.Core.Training;

/// <summary>One step's report.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">This step's loss.</param>
/// <param name="SmoothedLoss">Its running mean over about the last 100 steps.</param>
/// <param name="LearningRate">The rate that this step used.</param>
/// <param name="GradientNorm">Norm of the gradient before clipping.</param>
/// <param name="PicturesPerSecond">Of the newest steps alone: without validation, checkpoints and what is done between steps.</param>
/// <param name="Seconds">Spent training, earlier runs included.</param>
/// <param name="SecondsLeft">At this run's pace, with validation and checkpoints.</param>
public sealed record TrainingProgress(long Step, long Steps, double Loss, double SmoothedLoss, double LearningRate, double GradientNorm,
    double PicturesPerSecond, double Seconds, double SecondsLeft)
{
    /// <summary>
    /// The running mean of the loss in each quarter of the timesteps, the least noisy first; null while none of it was drawn.
    /// </summary>
    public IReadOnlyList<double?> LossByQuarter { get; init; } = [];

    /// <summary>
    /// The newest loss on the held-out examples, with the averaged weights where there are any; null before the first, or without any held
    /// out.
    /// </summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Whether <see cref="ValidationLoss"/> was measured after this very step.</summary>
    public bool WasValidated { get; init; }
}
