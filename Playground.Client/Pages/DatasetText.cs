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

    public static string State(DatasetView item) => item.Status switch
    {
        DatasetStatus.Draft => item.Uploads.Count == 0 ? "waits for files" : "uploaded, not made yet",
        DatasetStatus.Uploading => $"{Share(item.Uploads.Sum(u => u.Offset), item.Uploads.Sum(u => u.Length))} uploaded",
        DatasetStatus.Inspecting => Stage(item.Progress),
        DatasetStatus.Ready => item.Latest is { } v ? $"{Number(v.Count)} pictures" + (v.Classes.Count > 0 ? $", {v.Classes.Count} classes" : "") : "ready",
        _ => "failed",
    };

    public static string Stage(DatasetProgress? progress) => progress switch
    {
        null or { Stage: "waiting" } => "waits in line",
        { Stage: "fetching" } p => $"fetching: {Bytes(p.Done)}" + (p.Total is { } total ? $" of {Bytes(total)}" : ""),
        { Stage: "reading" } p => $"inspecting: {Number(p.Done)}" + (p.Total is { } total ? $" of {Number(total)} files" : " files"),
        { Stage: "comparing" } => "looking for duplicates",
        { Stage: "packing" } p => $"packing: {Number(p.Done)} of {Number(p.Total ?? 0)} pictures",
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

    public static string Version(DatasetVersion version) => $"{version.Version}: {Number(version.Count)} pictures, {version.Size}×{version.Size}, {(version.Channels == 1 ? "grey" : "colour")}"
        + version.Status switch { DatasetStatus.Ready => "", DatasetStatus.Inspecting => $", {Stage(version.Progress)}", _ => ", failed" };

    public static string Crop(string crop) => crop switch { "centre" => "cut the centre out", "squash" => "squash to a square", _ => "pad with black" };

    private static string Time(double seconds) => seconds switch
    {
        < 90 => $"{Math.Ceiling(seconds):0} s",
        < 5400 => $"{Math.Ceiling(seconds / 60):0} min",
        _ => FormattableString.Invariant($"{seconds / 3600:0.0} h"),
    };
}
