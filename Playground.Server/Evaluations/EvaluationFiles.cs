using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Evaluation.Reports;
using Playground.Server.Hosting;

namespace Playground.Server.Evaluations;

/// <summary>What an evaluation has done so far, so that it goes on after a restart.</summary>
/// <param name="ModelHash">The weights that it began with; null where pictures are graded.</param>
/// <param name="Cells">The combinations whose scores are there, by their index.</param>
internal sealed record EvaluationState(string? ModelHash, IReadOnlyDictionary<int, CellResult> Cells)
{
    public EvaluationState With(int cell, CellResult result)
        => this with { Cells = new Dictionary<int, CellResult>(Cells) { [cell] = result } };
}

/// <summary>The scores of one combination.</summary>
/// <param name="Seconds">What the making of its pictures took.</param>
internal sealed record CellResult(double? Seconds, string? DistanceName, double? Distance, double? DistanceLow, double? DistanceHigh);

/// <summary>The files of evaluations under way: a folder each, of what was generated and how far it has come.</summary>
internal sealed class EvaluationFiles(IOptions<PlaygroundOptions> options)
{
    public string FolderOf(string job) => Path.Combine(Path.GetFullPath(options.Value.Data), "evaluations", job);

    public string ImagesOf(string job, int cell) => Path.Combine(FolderOf(job), $"cell-{cell:D3}.images");

    /// <summary>Where features and CLIP's embeddings of the images that are judged are kept until the evaluation ends.</summary>
    public string FeaturesOf(string job) => Path.Combine(FolderOf(job), "features");

    /// <summary>Null before the evaluation has begun.</summary>
    public EvaluationState? Read(string job)
        => File.Exists(StateOf(job)) ? JsonSerializer.Deserialize<EvaluationState>(File.ReadAllText(StateOf(job)),
            JsonSerializerOptions.Web) : null;

    public void Write(string job, EvaluationState state)
        => Write(job, StateOf(job), JsonSerializer.Serialize(state, JsonSerializerOptions.Web));

    /// <summary>Null where the combination is not graded yet.</summary>
    public EvaluationReport? ReadReport(string job, int cell)
        => File.Exists(ReportOf(job, cell)) ? ReportJson.Read(File.ReadAllText(ReportOf(job, cell))) : null;

    public void WriteReport(string job, int cell, EvaluationReport report) => Write(job, ReportOf(job, cell), ReportJson.Write(report));

    /// <summary>Removes what a finished evaluation needs no more: its state stays.</summary>
    public void RemoveWork(string job)
    {
        foreach (var file in Directory.EnumerateFiles(FolderOf(job), "cell-*")) File.Delete(file);
        if (Directory.Exists(FeaturesOf(job))) Directory.Delete(FeaturesOf(job), recursive: true);
    }

    public void Remove(string job)
    {
        if (Directory.Exists(FolderOf(job))) Directory.Delete(FolderOf(job), recursive: true);
    }

    private string StateOf(string job) => Path.Combine(FolderOf(job), "state.json");

    private string ReportOf(string job, int cell) => Path.Combine(FolderOf(job), $"cell-{cell:D3}.json");

    private void Write(string job, string path, string text)
    {
        Directory.CreateDirectory(FolderOf(job));
        File.WriteAllText(path + ".part", text);
        File.Move(path + ".part", path, overwrite: true);
    }
}
