using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>Makes a checkpoint an installed model, with a card that says what it was made from.</summary>
internal sealed partial class TrainingPromotion(ModelFolderLock places, BlobStore blobs)
{
    /// <param name="checkpoint">Its folder.</param>
    /// <param name="name">What the model shall be called.</param>
    /// <param name="training">How it was made.</param>
    /// <param name="sample">Hash of its samples' picture; null: none.</param>
    /// <exception cref="RequestException">The name cannot be used, or the model cannot be written; nothing is left of
    /// it.</exception>
    public void Promote(string checkpoint, string name, TrainingView training, string? sample)
    {
        try
        {
            using var claim = places.ClaimNew(name);
            using var stage = places.Stage();
            var model = Path.Combine(stage.Folder, "model");
            WholeFolder.Create(model, part =>
            {
                ModelCopy.Write(checkpoint, part);
                if (sample is not null) File.Copy(blobs.PathOf(sample), Path.Combine(part, ModelImages.Samples));
                File.WriteAllText(Path.Combine(part, ModelCard.FileName),
                    Card(name, training, Json.Read<ModelManifest>(Path.Combine(checkpoint, "playground.json")), sample is not null));
            });
            places.Move(model, places.PathOf(name));
        }
        catch (Exception e) when (e is RequestException or StorageException)
        {
            throw RequestException.Invalid("name", e.Message);
        }
    }

    private static string Card(string name, TrainingView training, ModelManifest manifest, bool pictured)
    {
        var (lineage, request) = (manifest.Lineage, training.Request);
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {name}\n\n");
        if (pictured) card.Append("![Samples](samples.png)\n\n");
        card.Append("| | |\n|---|---|\n");
        Row("data", lineage?.Dataset is { } data
            ? $"{Plain(data)}, version {lineage.DatasetVersion} (content {lineage.DatasetHash?[..Math.Min(10,
                lineage.DatasetHash.Length)]})"
            : null);
        Row("from", lineage?.Parent is { } parent
            ? $"{Plain(parent)} (weights {lineage.ParentHash})"
            : $"scratch, preset {request.Preset}");
        Row("trained", lineage?.LoraRank is { } rank
            ? FormattableString.Invariant($"adapters of rank {rank}, alpha {lineage.LoraAlpha}, merged")
            : "all weights");
        foreach (var (key, value) in manifest.Training ?? new Dictionary<string, string>()) if (key is not ("data" or "from"))
            Row(key.Replace('_', ' '), value);
        return card.ToString();

        void Row(string title, string? value)
        {
            if (value is not null) card.Append(CultureInfo.InvariantCulture, $"| {title} | {value} |\n");
        }
    }

    // Names are people's own words: none of them may become markup.
    private static string Plain(string text) => Markup().Replace(text, " ");

    [GeneratedRegex(@"[^\p{L}\p{Nd} ._@:-]")]
    private static partial Regex Markup();
}
