using System.Globalization;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>Data sets in words.</summary>
internal static class DatasetText
{
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.#} MiB"),
        >= 1L << 10 => FormattableString.Invariant($"{bytes / (double)(1L << 10):0.#} KiB"),
        _ => $"{bytes} bytes",
    };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The number with its noun, in the singular where there is one.</summary>
    public static string Count(long number, string one, string? several = null)
        => $"{Number(number)} {(number == 1 ? one : several ?? one + "s")}";

    public static string State(DatasetView item) => item.Status switch
    {
        DatasetStatus.Draft => item.Uploads.Count == 0 ? "waiting for files" : "uploaded, not made yet",
        DatasetStatus.Uploading => $"{Share(item.Uploads.Sum(u => u.Offset), item.Uploads.Sum(u => u.Length))} uploaded",
        DatasetStatus.Inspecting => Stage(item.Progress),
        DatasetStatus.Ready when item.Latest is { Classes.Count: > 0 } v =>
            $"{Count(v.Count, "image")}, {Count(v.Classes.Count, "class", "classes")}",
        DatasetStatus.Ready => item.Latest is { } v ? Count(v.Count, "image") : "ready",
        _ => "failed",
    };

    public static string Stage(DatasetProgress? progress) => progress switch
    {
        null or { Stage: "waiting" } => "queued",
        { Stage: "fetching" } p => $"downloading: {Bytes(p.Done)}" + (p.Total is { } total ? $" of {Bytes(total)}" : ""),
        { Stage: "reading" } p => $"inspecting: {Number(p.Done)}" + (p.Total is { } total ? $" of {Number(total)} files" : " files"),
        { Stage: "comparing" } => "finding duplicates",
        { Stage: "packing" } p => $"packing: {Number(p.Done)} of {Number(p.Total ?? 0)} images",
        var p => p.Stage,
    };

    public static string Progress(BrowserUpload upload)
    {
        var text = $"{Bytes(upload.Sent)} of {Bytes(upload.Total)}";
        if (upload.State == "paused") return $"{text} · paused";
        if (upload.Speed <= 0) return text;
        return $"{text} · {Bytes((long)upload.Speed)}/s · {Time((upload.Total - upload.Sent) / upload.Speed)} left";
    }

    public static string Share(long part, long whole) => whole == 0 ? "0 %" : $"{Math.Min(100, 100 * part / whole)} %";

    /// <summary>What a version's images are, after its number.</summary>
    public static string Form(DatasetVersion version)
        => $"{version.Version}: {version.Size}×{version.Size}, {(version.Channels == 1 ? "grayscale" : "color")}";

    public static string Version(DatasetVersion version)
        => $"{version.Version}: {Count(version.Count, "image")}, {version.Size}×{version.Size}, "
        + (version.Channels == 1 ? "grayscale" : "color")
        + version.Status switch { DatasetStatus.Ready => "", DatasetStatus.Inspecting => $", {Stage(version.Progress)}", _ => ", failed" };

    public static string Crop(string crop) => crop switch { "centre" => "center crop", "squash" => "stretch", _ => "pad with black" };

    private static string Time(double seconds) => seconds switch
    {
        < 90 => $"{Math.Ceiling(seconds):0} s",
        < 5400 => $"{Math.Ceiling(seconds / 60):0} min",
        _ => FormattableString.Invariant($"{seconds / 3600:0.0} h"),
    };
}
