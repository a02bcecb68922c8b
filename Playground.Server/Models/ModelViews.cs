using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;

namespace Playground.Server.Models;

/// <summary>Models as the pages and the API show them.</summary>
internal static class ModelViews
{
    public static IReadOnlyList<ModelView> Of(IReadOnlyList<ModelSummary> models) => [.. models.Select(m => Of(m, models))];

    public static ModelView Of(ModelSummary model, IReadOnlyList<ModelSummary> models)
    {
        var files = FilesOf(model);
        return new ModelView(model.Name, model.SampleSize, model.Channels, model.Classes, model.TrainTimesteps,
            model.HasNullClass || model.Text is not null,
            model.Hash)
        {
            ClassNames = model.ClassNames,
            Parameters = model.Parameters,
            Bytes = files.Sum(f => f.Length),
            Written = files.Select(f => f.Written).DefaultIfEmpty().Max(),
            Shipped = model.Manifest.Shipped,
            Samples = files.Any(f => f.Path == ModelImages.Samples) ? AddressOf(model.Name, ModelImages.Samples) : null,
            Parent = LineageTree.Parent(model, models),
            Text = TextOf(model),
        };
    }

    /// <summary>How a model reads text; null where it reads none.</summary>
    public static TextModelView? TextOf(ModelSummary model) => model.Text is not { } text ? null
        : new TextModelView(text.TextWidth switch { 768 => "Stable Diffusion 1", 1024 => "Stable Diffusion 2", _ => null },
            text.Factor, SamplingRequest.MaxSideOf(model), text.Tokens, text.Layers, text.IsInpainting)
        {
            Guidance = model.Manifest.Guidance,
            Prompts = model.Manifest.ShownPrompts(),
        };

    public static ModelDetail DetailOf(ModelSummary model, IReadOnlyList<ModelSummary> models, IReadOnlyList<ModelJob> jobs) => new(
        Of(model, models),
        ArchitectureOf(model),
        [.. FilesOf(model).Select(f => new ModelFile(f.Path, f.Length)).OrderBy(f => f.Path, StringComparer.Ordinal)],
        ModelCard.Read(model),
        LineageTree.Parents(model, models),
        LineageTree.Children(model, models),
        LineageTree.Dependents(model, models),
        model.Manifest.Lineage is { Dataset: { } data } lineage
            ? new ModelDataset(data, lineage.DatasetId, lineage.DatasetVersion, lineage.DatasetHash)
            : null,
        TrainingOf(model.Manifest),
        jobs);

    /// <summary>The model's address, or that of one of its parts.</summary>
    public static string AddressOf(string model, string? part = null)
        => $"/api/v1/models/{Uri.EscapeDataString(model)}{(part is null ? "" : "/" + part)}";

    private sealed record ModelPart(string Path, long Length, DateTime Written);

    // By their paths in the model's folder. A file's size is asked for when it is read, and it may have gone by then.
    private static IReadOnlyList<ModelPart> FilesOf(ModelSummary model)
    {
        try
        {
            return [.. new DirectoryInfo(model.Folder).EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(f => new ModelPart(Path.GetRelativePath(model.Folder, f.FullName).Replace('\\', '/'), f.Length,
                    f.LastWriteTimeUtc))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has gone since it was listed.
            return [];
        }
    }

    private static IReadOnlyDictionary<string, string> TrainingOf(ModelManifest manifest)
    {
        var record = manifest.Training?.ToDictionary() ?? [];
        if (manifest.Lineage is { LoraRank: { } rank } lineage)
            record["lora"] = FormattableString.Invariant($"rank {rank}, alpha {lineage.LoraAlpha}");
        return record;
    }

    private static ModelArchitecture ArchitectureOf(ModelSummary model) => model.Text is { } text
        ? ArchitectureOf(model, text.Network) with
        {
            DownBlockTypes = text.DownBlockTypes,
            UpBlockTypes = text.UpBlockTypes,
            AttentionHeadDim = null,
        }
        : ArchitectureOf(model, model.Config);

    private static ModelArchitecture ArchitectureOf(ModelSummary model, UNet2DConfig config) => new()
    {
        BlockOutChannels = config.BlockOutChannels,
        DownBlockTypes = config.DownBlockTypes,
        UpBlockTypes = config.UpBlockTypes,
        LayersPerBlock = config.LayersPerBlock,
        AttentionHeadDim = config.AttentionHeadDim,
        TimeEmbeddingType = config.TimeEmbeddingType,
        NumClassEmbeds = config.NumClassEmbeds,
        Scheduler = model.Scheduler.ClassName,
        PredictionType = model.Scheduler.PredictionType,
        BetaSchedule = model.Scheduler.TrainedBetas is null ? model.Scheduler.BetaSchedule : null,
        BetaStart = model.Scheduler.BetaStart,
        BetaEnd = model.Scheduler.BetaEnd,
        Timesteps = model.Scheduler.NumTrainTimesteps,
    };
}
