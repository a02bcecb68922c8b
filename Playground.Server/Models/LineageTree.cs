using Playground.Client.Contracts;
using Playground.Core.Checkpoints;

namespace Playground.Server.Models;

/// <summary>Which models came from which, by the hashes in their manifests. What they say is not trusted: it may go in circles.</summary>
internal static class LineageTree
{
    private const int MaxDepth = 32;

    /// <summary>
    /// What the model's training began with, by its present name where it is installed; null when from scratch or not known.
    /// </summary>
    public static ModelLink? Parent(ModelSummary model, IReadOnlyList<ModelSummary> models)
    {
        if (model.Manifest.Lineage is not { ParentHash: { } hash } lineage) return null;
        return models.FirstOrDefault(m => m.Hash == hash) is { } found
            ? new ModelLink(found.Name, hash, true)
            : new ModelLink(lineage.Parent ?? hash, hash, false);
    }

    /// <summary>The model's parent, its parent's parent …</summary>
    public static IReadOnlyList<ModelLink> Parents(ModelSummary model, IReadOnlyList<ModelSummary> models)
    {
        var (parents, seen) = (new List<ModelLink>(), new HashSet<string> { model.Hash });
        for (var at = model; at is not null && Parent(at, models) is { } parent
            && seen.Add(parent.Hash); at = models.FirstOrDefault(m => m.Hash == parent.Hash)) parents.Add(parent);
        return parents;
    }

    /// <summary>The installed models that came from it, and from these in turn.</summary>
    public static IReadOnlyList<ModelChild> Children(ModelSummary model, IReadOnlyList<ModelSummary> models)
        => Below(model, models, [model.Hash]);

    /// <summary>
    /// The models that would be left without the one that they began with: none where another with the same weights stays.
    /// </summary>
    public static IReadOnlyList<string> Dependents(ModelSummary model, IReadOnlyList<ModelSummary> models)
        => models.Any(m => m.Name != model.Name && m.Hash == model.Hash)
            ? []
            : [.. models.Where(m => m.Manifest.Lineage?.ParentHash == model.Hash).Select(m => m.Name)];

    private static IReadOnlyList<ModelChild> Below(ModelSummary model, IReadOnlyList<ModelSummary> models, HashSet<string> above)
        => above.Count > MaxDepth ? []
        : [.. models.Where(m => m.Manifest.Lineage?.ParentHash == model.Hash && !above.Contains(m.Hash))
            .Select(m => new ModelChild(m.Name, m.Hash, Below(m, models, [.. above, m.Hash])))];
}
