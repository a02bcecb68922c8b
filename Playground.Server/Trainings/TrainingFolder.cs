using System.Globalization;
using System.Text.RegularExpressions;
using Playground.Core.Checkpoints;

namespace Playground.Server.Trainings;

/// <summary>
/// What one training keeps on disk: <c>checkpoints/</c> to resume from, <c>models/step-N/</c> to try, promote and download,
/// <c>base/</c>, the model that it goes on from, as it was, <c>origin.json</c> and <c>curve.bin</c>.
/// </summary>
internal sealed partial class TrainingFolder(string data, string job)
{
    private const string Prefix = "step-";

    /// <summary>Where the trainer works.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(data, "trainings", job));

    public string Curve => System.IO.Path.Combine(Path, "curve.bin");

    public string Base => System.IO.Path.Combine(Path, "base");

    public string Origin => System.IO.Path.Combine(Path, "origin.json");

    private string Models => System.IO.Path.Combine(Path, "models");

    /// <summary>The checkpoint after <paramref name="step"/>, whether it is there or not.</summary>
    public string ModelAt(long step) => System.IO.Path.Combine(Models, Prefix + step.ToString("D9", CultureInfo.InvariantCulture));

    /// <summary>The steps whose models are there, in order.</summary>
    public IReadOnlyList<long> Steps() => [.. WholeFolder.In(Models, Prefix)
        .Select(d => long.Parse(System.IO.Path.GetFileName(d)[Prefix.Length..], CultureInfo.InvariantCulture))];

    /// <summary>Deletes the oldest models until <paramref name="count"/> are left.</summary>
    public void Keep(int count)
    {
        foreach (var step in Steps().SkipLast(count)) Directory.Delete(ModelAt(step), recursive: true);
    }

    /// <summary>Deletes all that was learned; the curve stays.</summary>
    public void Discard()
    {
        foreach (var part in new[] { Models, System.IO.Path.Combine(Path, "checkpoints"), Base })
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
    }

    /// <summary>By what name a checkpoint can be sampled from.</summary>
    public static string NameOf(string job, long step) => string.Create(CultureInfo.InvariantCulture, $"training:{job}@{step}");

    /// <summary>The job in the name of a checkpoint; null where the name is no checkpoint's.</summary>
    public static string? JobOf(string name) => Name().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The step in the name of a checkpoint; 0 where the name is no checkpoint's.</summary>
    public static long StepOf(string name)
        => Name().Match(name) is { Success: true } match ? long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;

    /// <summary>The folder of the checkpoint of that name; null where the name is no checkpoint's, or it is not there.</summary>
    public static string? Find(string data, string name)
    {
        if (Name().Match(name) is not { Success: true } match) return null;
        var folder = new TrainingFolder(data,
            match.Groups[1].Value).ModelAt(long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        return Directory.Exists(folder) ? folder : null;
    }

    // Nothing but digits of either kind: such a name can be part of a path.
    [GeneratedRegex(@"^training:([0-9a-f]{32})@([0-9]{1,9})\z")]
    private static partial Regex Name();
}
