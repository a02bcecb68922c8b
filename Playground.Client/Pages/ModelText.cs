using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>Numbers about models as people read them.</summary>
internal static class ModelText
{
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.#} MiB"),
        _ => FormattableString.Invariant($"{bytes / 1024.0:0.#} KiB"),
    };

    public static string Weights(long count) => count switch
    {
        >= 1_000_000_000 => FormattableString.Invariant($"{count / 1e9:0.#} billion weights"),
        >= 1_000_000 => FormattableString.Invariant($"{count / 1e6:0.#} million weights"),
        _ => FormattableString.Invariant($"{count / 1e3:0.#} thousand weights"),
    };

    public static string Pictures(ModelView model)
        => $"{model.SampleSize}×{model.SampleSize} {model.Channels switch { 1 => "grayscale", 3 => "color", var n => $"{n} channels" }}";

    public static string Classes(ModelView model) => model.Classes is { } n ? $"{n} classes" : "unconditional";

    public static string InUse(ModelDetail detail)
    {
        var jobs = string.Join(", ", detail.Jobs.Take(5).Select(j => $"{j.Kind} ({j.Status})"));
        return detail.Jobs.Count == 1
            ? $"1 unfinished job uses it: {jobs}. Cancel it, or wait until it ends."
            : $"{detail.Jobs.Count} unfinished jobs use it: {jobs}. Cancel them, or wait until they end.";
    }

    public static string ExportOf(string name) => $"api/v1/models/{Uri.EscapeDataString(name)}/export";

    public static string AddressOf(string name) => $"models/{Uri.EscapeDataString(name)}";
}
