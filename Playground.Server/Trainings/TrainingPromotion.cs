using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>Makes a checkpoint an installed model, with a card that says what it was made from.</summary>
internal sealed partial class TrainingPromotion(IOptions<PlaygroundOptions> options, BlobStore blobs)
{
    private string Root => Path.GetFullPath(options.Value.Models);

    /// <param name="checkpoint">Its folder.</param>
    /// <param name="name">What the model shall be called.</param>
    /// <param name="training">How it was made.</param>
    /// <param name="sample">Hash of its samples' picture; null: none.</param>
    /// <exception cref="InvalidTrainingException">The name cannot be used, or the model cannot be written; nothing is left of it.</exception>
    public void Promote(string checkpoint, string name, TrainingView training, string? sample)
    {
        if (!SafeName().IsMatch(name)) throw new InvalidTrainingException("name", $"'{(name.Length > 64 ? name[..64] + "…" : name)}' cannot be a model's name; it takes 1 to 64 letters, digits, '-', '_' and '.', beginning with a letter or a digit.");
        Directory.CreateDirectory(Root);
        if (Directory.EnumerateFileSystemEntries(Root).Any(e => string.Equals(Path.GetFileName(e), name, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidTrainingException("name", $"There is a model '{name}' already; take another name.");
        // Hidden, and so no model, until it is whole.
        var work = Path.Combine(Root, $".promoted-{Guid.NewGuid():N}");
        try
        {
            WholeFolder.Create(work, part =>
            {
                ModelCopy.Write(checkpoint, part);
                if (sample is not null) File.Copy(blobs.PathOf(sample), Path.Combine(part, "samples.png"));
                File.WriteAllText(Path.Combine(part, "README.md"), Card(name, training, Json.Read<ModelManifest>(Path.Combine(checkpoint, "playground.json")), sample is not null));
            });
            Directory.Move(work, Path.Combine(Root, name));
        }
        catch (StorageException e)
        {
            throw new InvalidTrainingException("name", e.Message);
        }
        catch (IOException e)
        {
            Directory.Delete(work, recursive: true);
            throw new InvalidTrainingException("name", $"The model cannot be put into its place: {e.Message}");
        }
    }

    private static string Card(string name, TrainingView training, ModelManifest manifest, bool pictured)
    {
        var (lineage, request) = (manifest.Lineage, training.Request);
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {name}\n\n");
        if (pictured) card.Append("![Samples](samples.png)\n\n");
        card.Append("| | |\n|---|---|\n");
        Row("data", lineage?.Dataset is { } data ? $"{Plain(data)}, version {lineage.DatasetVersion} (content {lineage.DatasetHash?[..Math.Min(10, lineage.DatasetHash.Length)]})" : null);
        Row("from", lineage?.Parent is { } parent ? $"{Plain(parent)} (weights {lineage.ParentHash})" : $"scratch, preset {request.Preset}");
        Row("trained", lineage?.LoraRank is { } rank ? FormattableString.Invariant($"adapters of rank {rank}, alpha {lineage.LoraAlpha}, merged") : "all weights");
        foreach (var (key, value) in manifest.Training ?? new Dictionary<string, string>()) if (key is not ("data" or "from")) Row(key.Replace('_', ' '), value);
        return card.ToString();

        void Row(string title, string? value)
        {
            if (value is not null) card.Append(CultureInfo.InvariantCulture, $"| {title} | {value} |\n");
        }
    }

    // Names are people's own words: none of them may become markup.
    private static string Plain(string text) => Markup().Replace(text, " ");

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}._-]{0,63}\z")]
    private static partial Regex SafeName();

    [GeneratedRegex(@"[^\p{L}\p{Nd} ._@:-]")]
    private static partial Regex Markup();
}
