namespace Playground.Core.Generation;

/// <summary>
/// The noise levels at which guidance is on (Kynkäänniemi et al. 2024), in fractions of the trained timesteps: 0 is the clean end, 1 pure
/// noise. Outside, the model is called for the classes alone.
/// </summary>
/// <param name="From">0 to <paramref name="To"/>.</param>
/// <param name="To"><paramref name="From"/> to 1.</param>
public readonly record struct GuidanceInterval(double From, double To)
{
    public static GuidanceInterval All { get; } = new(0, 1);

    /// <summary>Whether a timestep of 0 to <paramref name="trained"/> − 1 lies within; both ends do.</summary>
    public bool Contains(float timestep, int trained) => timestep / (trained - 1.0) is var u && u >= From && u <= To;
}
