using System.Globalization;
using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Evaluations;

/// <summary>Evaluations in words.</summary>
public static class EvaluationText
{
    private const string Version = ", version ";

    public static string State(JobView job, IStringLocalizer<EvaluateTexts> texts) => job.Status switch
    {
        JobStatus.Queued => job.Position > 1 ? texts["StateQueued", job.Position] : texts["StateQueuedFirst"],
        JobStatus.Running when job.Step < job.Steps && job.SecondsLeft is { } left =>
            texts["Left", Done(job, texts), Duration(left, texts)],
        JobStatus.Running => Done(job, texts),
        JobStatus.Succeeded => texts["StateDone"],
        JobStatus.Canceled => texts["StateCanceled"],
        _ => texts["StateFailed"],
    };

    /// <summary>A model's name, or words for a training's checkpoint.</summary>
    public static string Model(string name, IStringLocalizer<EvaluateTexts> texts)
        => CheckpointName.Parse(name) is { Step: { } step, Family: var family } ? texts["CheckpointName", family, step] : name;

    /// <summary>A combination's name.</summary>
    public static string Cell(EvaluationCell cell, IReadOnlyList<SamplerView> samplers, IStringLocalizer<EvaluateTexts> texts)
    {
        if (cell.Sampler is not { } name) return texts["CellImages"];
        var text = texts.Plural("CellSteps", cell.Steps, samplers.FirstOrDefault(s => s.Name == name)?.Title ?? name);
        return cell.Guidance == 1 ? text : texts["CellGuidance", text, cell.Guidance.ToString("0.##", CultureInfo.InvariantCulture)];
    }

    /// <summary>A score's name; a distance is called by whose features it is of.</summary>
    /// <param name="id">Its key.</param>
    /// <param name="name">Its English name, with the features after a comma where they count.</param>
    public static string Score(string id, string name, IStringLocalizer<EvaluateTexts> texts)
    {
        if (texts[$"Score_{id}"] is not { ResourceNotFound: false } text) return name;
        return name.IndexOf(", ", StringComparison.Ordinal) is > 0 and var comma
            ? texts["OfFeatures", text, Features(name[(comma + 2)..], texts)]
            : text;
    }

    // The features as the end of a score's English name calls them.
    private static string Features(string name, IStringLocalizer<EvaluateTexts> texts)
    {
        if (name.Split(' ', 3) is ["features", "of", var whose]) return texts["FeaturesOf", whose];
        return texts[$"FeaturesName_{name}"] is { ResourceNotFound: false } text ? text : name;
    }

    /// <summary>A sentence of a report; one that this page does not know is in English.</summary>
    public static string Say(Remark remark, IStringLocalizer<EvaluateTexts> texts) => texts.Say($"Remark_{remark.Code}", remark);

    /// <summary>A sentence of a verdict.</summary>
    public static string Verdict(Remark remark, IStringLocalizer<EvaluateTexts> texts)
        => Say(remark.Code.StartsWith("verdict-meaning", StringComparison.Ordinal) && remark.Values.Count > 0
            ? remark with { Values = [Reference(remark.Values[0], texts), .. remark.Values.Skip(1)] } : remark, texts);

    /// <summary>A reference's name; the server calls a version of a data set "NAME, version 2".</summary>
    public static string Reference(string name, IStringLocalizer<EvaluateTexts> texts)
        => name.LastIndexOf(Version, StringComparison.Ordinal) is > 0 and var at
            && int.TryParse(name[(at + Version.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? texts["ReferenceVersion", name[..at], version] : name;

    /// <summary>A reference's name and the number of its images, for choosing.</summary>
    public static string Reference(ReferenceView reference, IStringLocalizer<EvaluateTexts> texts)
        => reference.Count is { } count
            ? texts["ReferenceCount", Reference(reference.Name, texts), count] : Reference(reference.Name, texts);

    /// <summary>An extractor's name, for choosing.</summary>
    public static string Extractor(ExtractorView extractor, IStringLocalizer<EvaluateTexts> texts)
        => texts[$"Extractor_{extractor.Name}"] is { ResourceNotFound: false } text ? text : extractor.Title;

    /// <summary>The name of a Fréchet distance.</summary>
    public static string Distance(string? name, IStringLocalizer<EvaluateTexts> texts)
        => name switch { null => texts["Distance"], "FID" => name, _ => Score("frechet-distance", name, texts) };

    /// <summary>The distance with its interval.</summary>
    public static string Distance(EvaluationCell cell) => cell.Distance is not { } distance
        ? ""
        : Number(distance) + (cell is { DistanceLow: { } low, DistanceHigh: { } high } ? $" ({Number(low)}–{Number(high)})" : "");

    /// <summary>Four digits that count.</summary>
    public static string Number(double? value) => value switch
    {
        null => "–",
        0 => "0",
        { } v when Math.Abs(v) < 1e-4 => v.ToString("0.00e0", CultureInfo.InvariantCulture),
        { } v => v.ToString(Math.Abs(v) switch { >= 1000 => "#,0", >= 100 => "0.0", >= 10 => "0.00", >= 1 => "0.000", _ => "0.0000" },
            CultureInfo.InvariantCulture),
    };

    /// <summary>What an extractor's distances mean.</summary>
    public static string Note(ExtractorView extractor, IStringLocalizer<EvaluateTexts> texts)
        => texts[$"Note_{extractor.Name}"] is { ResourceNotFound: false } text ? text : extractor.Note;

    public static string Form(ImageForm form, IStringLocalizer<EvaluateTexts> texts)
        => texts[form.Channels == 1 ? "FormGray" : "FormColor", form.Size];

    public static string Duration(double seconds, IStringLocalizer<EvaluateTexts> texts) => seconds switch
    {
        < 90 => texts["Seconds", seconds],
        < 5400 => texts["Minutes", seconds / 60],
        _ => texts["Hours", seconds / 3600],
    };

    private static string Done(JobView job, IStringLocalizer<EvaluateTexts> texts)
        => job.Step < job.Steps ? texts["StateRunning", job.Step, job.Steps] : texts["StateComputing"];
}
