using System.Runtime.InteropServices;
using Playground.Client.Contracts;
using Playground.Core.Training;

namespace Playground.Server.Trainings;

/// <summary>
/// A training's curve on disk: rows of one size, row k of step k + 1, so that a long run is thinned, and one that goes on from a
/// checkpoint cut, without reading what is between.
/// </summary>
internal sealed class TrainingCurve : IDisposable
{
    /// <summary>The most points that are given of a whole run, and of its held-out loss.</summary>
    public const int MostPoints = 2000;

    private readonly FileStream _file;

    /// <param name="path">Of the file, which is made where it is missing.</param>
    /// <param name="steps">What stays of it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public TrainingCurve(string path, long steps)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        if (_file.Length > steps * Row.Size) _file.SetLength(steps * Row.Size);
    }

    public void Add(TrainingProgress p)
    {
        var row = new Row(p.Step, p.Loss, p.SmoothedLoss, p.WasValidated ? p.ValidationLoss ?? double.NaN : double.NaN, p.LearningRate,
            p.GradientNorm, p.PicturesPerSecond);
        _file.Position = (p.Step - 1) * Row.Size;
        _file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<Row>(in row)));
    }

    /// <summary>Lets readers see what was added.</summary>
    public void Flush() => _file.Flush();

    /// <summary>
    /// The rows after a step, in order; of a run with more than <see cref="MostPoints"/>, every second, fourth, … and the last.
    /// </summary>
    /// <param name="path">Of the file; where it is missing there are none.</param>
    /// <param name="after">0 for all.</param>
    /// <param name="every">The held-out loss was measured at multiples of this: those are thinned by themselves. 0: it was not.</param>
    public static IReadOnlyList<TrainingPoint> Read(string path, long after, int every = 0)
    {
        if (!File.Exists(path)) return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var last = file.Length / Row.Size;
        // Also where a client's number is too large to count on from.
        if (after >= last) return [];
        var steps = new SortedSet<long>();
        AddMultiples(1);
        if (every > 0) AddMultiples(every);
        steps.Add(last);
        return [.. steps.Select(step => ReadRow(file, step)).OfType<TrainingPoint>()];

        void AddMultiples(long unit)
        {
            var stride = unit;
            while (last / stride > MostPoints) stride *= 2;
            for (var step = (after / stride + 1) * stride; step <= last; step += stride) steps.Add(step);
        }
    }

    // A row that a crash left unwritten is zero.
    private static TrainingPoint? ReadRow(FileStream file, long step)
    {
        var row = default(Row);
        file.Position = (step - 1) * Row.Size;
        file.ReadExactly(MemoryMarshal.AsBytes(new Span<Row>(ref row)));
        return row.Step == step ? row.ToPoint() : null;
    }

    /// <summary>The row of one step; null where there is none.</summary>
    public static TrainingPoint? At(string path, long step)
    {
        if (!File.Exists(path)) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return step < 1 || file.Length < step * Row.Size ? null : ReadRow(file, step);
    }

    /// <summary>The newest row that was let out; null where there is none.</summary>
    public static TrainingPoint? Last(string path) => File.Exists(path) ? At(path, new FileInfo(path).Length / Row.Size) : null;

    public void Dispose() => _file.Dispose();

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Row(long Step, double Loss, double Smoothed, double Validation, double LearningRate, double GradientNorm,
    double PicturesPerSecond)
    {
        public const int Size = 7 * sizeof(double);

        public TrainingPoint ToPoint() => new(Step, Loss, Smoothed, double.IsNaN(Validation) ? null : Validation, LearningRate,
            GradientNorm, PicturesPerSecond);
    }
}
