namespace Playground.Core.Imaging;

/// <summary>All frames of an animated file, each whole and in one size.</summary>
/// <param name="Frames">In order; at least one.</param>
/// <param name="Delays">How long each frame is shown; as many as there are frames, zero where the file does not say.</param>
/// <param name="Loops">How often it is played; 0 is without end.</param>
public sealed record Animation(PictureBatch Frames, IReadOnlyList<TimeSpan> Delays, int Loops);
