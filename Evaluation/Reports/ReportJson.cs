using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playground.Core;

namespace Playground.Evaluation.Reports;

/// <summary>A report as JSON, which reads back as the same report.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // Density knows no upper end.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new RemarkConverter() },
    };

    /// <param name="report">The report.</param>
    /// <param name="pictures">Whether its pictures go along, as base64.</param>
    public static string Write(EvaluationReport report, bool pictures = true)
        => JsonSerializer.Serialize(pictures ? report : WithoutPictures(report), s_options);

    /// <exception cref="PlaygroundException">Not a report.</exception>
    public static EvaluationReport Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<EvaluationReport>(json, s_options) ?? throw new JsonException("it says null");
        }
        catch (JsonException e)
        {
            throw new PlaygroundException($"The report cannot be read: {e.Message}", e);
        }
    }

    private static EvaluationReport WithoutPictures(EvaluationReport report) => report with
    {
        Samples = null,
        Neighbours = report.Neighbours is { } n
            ? n with { Pairs = [.. n.Pairs.Select(p => p with { Generated = null, Real = null })] }
            : null,
    };
}
