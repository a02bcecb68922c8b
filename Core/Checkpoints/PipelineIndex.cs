using System.Text.Json;

namespace Playground.Core.Checkpoints;

/// <summary><c>model_index.json</c>: which pipeline a folder is of, and its parts.</summary>
internal static class PipelineIndex
{
    private const string Network = "unet", Scheduler = "scheduler";
    private const string Usable = "Models that work on pixels (UNet2DModel, DDPMPipeline, DDIMPipeline) can be imported.";
    private static readonly string[] s_networks = ["UNet2DModel", "UNet2D", "UNetUnconditionalModel"];

    /// <summary>
    /// Refuses a pipeline whose network does not work on pixels alone. A folder without the file is taken for one that does.
    /// </summary>
    /// <exception cref="PlaygroundException">Names the pipeline and its parts.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path)) return;
        var index = Json.Read<Dictionary<string, JsonElement>>(path);
        var parts = index.Where(p => !p.Key.StartsWith('_') && IsPart(p.Value)).ToDictionary();
        var pipeline = index.TryGetValue("_class_name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        var type = parts.TryGetValue(Network, out var unet) && unet[1].GetString() is { } network && !s_networks.Contains(network)
            ? network
            : null;
        var called = "it is a pipeline of another kind" + (pipeline is null ? "" : $", {pipeline}") + (type is null ? "" : $" ({type})");
        if (parts.Keys.Except([Network, Scheduler]).ToList() is { Count: > 0 } others)
            throw new PlaygroundException($"'{Path.GetFileName(path)}' names {string.Join(", ", others.Take(10))} beside unet and "
                + $"scheduler: {called}, whose network works on latents or takes text. {Usable}");
        if (type is not null)
            throw new PlaygroundException($"'{Path.GetFileName(path)}' says that the network is a {type}: {called}. {Usable}");
    }

    // A part that a pipeline can do without is [null, null].
    private static bool IsPart(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2
        && value[1].ValueKind == JsonValueKind.String;
}
