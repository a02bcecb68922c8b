using System.Globalization;
using Playground.Core.Training;

namespace Playground.Cli.Commands;

/// <summary>A training's curve as CSV, a line for each step.</summary>
internal sealed class CurveFile : IDisposable
{
    private readonly StreamWriter _file;

    public CurveFile(string path, bool append)
    {
        var begun = append && File.Exists(path);
        _file = new StreamWriter(path, begun) { AutoFlush = true };
        if (!begun) _file.WriteLine("step,loss,smoothed,validation,learning_rate,gradient_norm");
    }

    public void Add(TrainingProgress p)
        => _file.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{p.Step},{p.Loss:G6},{p.SmoothedLoss:G6},{(p.WasValidated
                ? $"{p.ValidationLoss:G6}" : "")},{p.LearningRate:G6},{p.GradientNorm:G6}"));

    public void Dispose() => _file.Dispose();
}
