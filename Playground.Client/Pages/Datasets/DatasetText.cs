using System.Globalization;
using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Datasets;

/// <summary>Data sets in words.</summary>
internal static class DatasetText
{
    public static string State(DatasetView item, IStringLocalizer<DatasetsTexts> texts) => item.Status switch
    {
        DatasetStatus.Draft => texts[item.Uploads.Count == 0 ? "StateWaiting" : "StateUploaded"],
        DatasetStatus.Uploading => texts["StateUploading", Share(item.Uploads.Sum(u => u.Offset), item.Uploads.Sum(u => u.Length))],
        DatasetStatus.Inspecting => Stage(item.Progress, texts),
        DatasetStatus.Ready when item.Latest is { Classes.Count: > 0 } v
            => texts["Pair", texts.Plural("ImagesCount", v.Count), texts.Plural("ClassesCount", v.Classes.Count)],
        DatasetStatus.Ready => item.Latest is { } v ? texts.Plural("ImagesCount", v.Count) : texts["StateReady"],
        _ => texts["StateFailed"],
    };

    public static string Stage(DatasetProgress? progress, IStringLocalizer<DatasetsTexts> texts) => progress switch
    {
        null or { Stage: "waiting" } => texts["StageQueued"],
        { Stage: "fetching" } p => texts["StageDownloading",
            p.Total is { } total ? texts["Of", ByteText.Of(p.Done), ByteText.Of(total)] : ByteText.Of(p.Done)],
        { Stage: "reading" } p => texts["StageInspecting",
            p.Total is { } total ? texts["Of", Number(p.Done), texts.Plural("FilesCount", total)] : texts.Plural("FilesCount", p.Done)],
        { Stage: "comparing" } => texts["StageComparing"],
        { Stage: "packing" } p => texts["StagePacking", texts["Of", Number(p.Done), texts.Plural("ImagesCount", p.Total ?? 0)]],
        var p => p.Stage,
    };

    public static string Progress(BrowserUpload upload, IStringLocalizer<DatasetsTexts> texts)
    {
        string text = texts["Of", ByteText.Of(upload.Sent), ByteText.Of(upload.Total)];
        if (upload.State == "paused") return texts["Paused", text];
        if (upload.Speed <= 0) return text;
        return texts["Speed", text, ByteText.Of((long)upload.Speed), Time((upload.Total - upload.Sent) / upload.Speed, texts)];
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    public static string Share(long part, long whole) => whole == 0 ? "0 %" : $"{Math.Min(100, 100 * part / whole)} %";

    /// <summary>What a version's images are, after its number.</summary>
    public static string Form(DatasetVersion version, IStringLocalizer<DatasetsTexts> texts)
        => texts["Form", version.Version, version.Size, Colors(version.Channels, texts)];

    public static string Version(DatasetVersion version, IStringLocalizer<DatasetsTexts> texts)
    {
        string text = texts["VersionForm", version.Version, texts.Plural("ImagesCount", version.Count), version.Size,
            Colors(version.Channels, texts)];
        return version.Status switch
        {
            DatasetStatus.Ready => text,
            DatasetStatus.Inspecting => texts["VersionState", text, Stage(version.Progress, texts)],
            _ => texts["VersionState", text, texts["StateFailed"]],
        };
    }

    public static string Colors(int channels, IStringLocalizer<DatasetsTexts> texts) => texts[channels == 1 ? "Grayscale" : "Color"];

    private static string Time(double seconds, IStringLocalizer<DatasetsTexts> texts) => seconds switch
    {
        < 90 => texts["Seconds", Math.Ceiling(seconds)],
        < 5400 => texts["Minutes", Math.Ceiling(seconds / 60)],
        _ => texts["Hours", seconds / 3600],
    };
}
