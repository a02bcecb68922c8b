using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>Brings a model's class embedding to the classes of other data, so that what it draws changes as little as can be.</summary>
internal static class ClassTable
{
    private const string Table = "class_embedding.weight", TimeBias = "time_embedding.linear_2.bias";

    /// <summary>
    /// Class k keeps row k; a class that the model did not have begins as the mean of those that it had. A model that had no classes
    /// gets rows of zeros; one that shall have none any more keeps its "no class" (or the mean) in the bias of its time embedding, to
    /// which it is added anyway.
    /// </summary>
    /// <param name="model">Where the weights come from.</param>
    /// <param name="classes">Classes of the data, to which one row for "no class" is added; null: the model shall have none.</param>
    /// <returns>The configuration and weights that fit, in the caller's dispose scope, and what was changed, as a sentence; null: nothing
    /// was.</returns>
    /// <exception cref="PlaygroundException">The model takes another condition than class labels.</exception>
    public static (UNet2DConfig Config, IReadOnlyDictionary<string, Tensor> Weights, string? Note) Fit(DiffusionModel model, int? classes)
    {
        using var guard = no_grad();
        var config = model.Config;
        if (config.ClassEmbedType is { } type)
            throw new PlaygroundException(
                $"The model's class_embed_type is {type}; only models with class labels, or without any condition, can be trained "
                    + "further.");
        var weights = model.Network.state_dict().ToDictionary(w => w.Key, w => w.Value.detach());
        var rows = config.NumClassEmbeds;
        if (rows is null && classes is null) return (config, weights, null);

        var fitted = config with { NumClassEmbeds = classes + 1 };
        if (rows is null)
        {
            weights[Table] = zeros([classes!.Value + 1, config.BlockOutChannels[0] * 4]);
            return (fitted, weights,
                $"The model had no classes: it gets {classes} and \"no class\", all rows zero, so that it begins as it was.");
        }

        var had = model.Classes ?? rows.Value;
        if (classes == had && rows == had + 1) return (config, weights, null);
        return (fitted, weights, classes is { } wanted ? Resize(weights, rows.Value, had, wanted) : TakeOut(weights, rows.Value, had));
    }

    private static (Tensor Mean, Tensor None) MeanAndNone(Tensor table, int rows, int had)
    {
        var mean = table.narrow(0, 0, had).mean([0], keepdim: true);
        return (mean, had < rows ? table.narrow(0, rows - 1, 1) : mean);
    }

    private static string TakeOut(Dictionary<string, Tensor> weights, int rows, int had)
    {
        var (_, none) = MeanAndNone(weights[Table], rows, had);
        weights.Remove(Table);
        weights[TimeBias] = weights[TimeBias] + none.reshape(-1);
        return $"The data have no classes: the model's {had} are taken out, "
            + $"and {(had < rows ? "\"no class\"" : "their mean")} becomes part of its time embedding.";
    }

    private static string Resize(Dictionary<string, Tensor> weights, int rows, int had, int wanted)
    {
        var (mean, none) = MeanAndNone(weights[Table], rows, had);
        var kept = Math.Min(had, wanted);
        var added = wanted - kept;
        weights[Table] = cat([weights[Table].narrow(0, 0, kept), .. Enumerable.Repeat(mean, added), none], 0);
        string[] changes =
        [
            .. had > wanted ? [$"the last {had - wanted} are left out"] : Array.Empty<string>(),
            .. added > 0 ? [$"{added} new ones begin as the mean of the others"] : Array.Empty<string>(),
            .. had == rows ? ["\"no class\" begins as the mean of the others"] : Array.Empty<string>(),
        ];
        return $"The model had {had} classes and gets {wanted}: {string.Join("; ", changes)}.";
    }
}
