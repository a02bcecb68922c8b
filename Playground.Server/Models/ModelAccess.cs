using Playground.Client.Contracts;
using Playground.Core.Checkpoints;

namespace Playground.Server.Models;

/// <summary>The models that somebody may use: the installed ones, and those of other sources that are theirs.</summary>
internal sealed class ModelAccess(ModelStore models, IEnumerable<IModelSource> sources)
{
    /// <summary>Null where there is none of that name, or it is somebody else's.</summary>
    public async Task<ModelSummary?> FindAsync(string name, string owner, CancellationToken ct)
    {
        foreach (var source in sources)
            if (await source.IsForbiddenAsync(name, owner, ct)) return null;
        return models.Find(name);
    }

    /// <summary>What people call a model, whether it is still there or not. Everything that shows a model's name asks here.</summary>
    public async Task<ModelTitle> TitleAsync(string name, string owner, CancellationToken ct)
    {
        foreach (var source in sources)
            if (await source.FindTitleAsync(name, owner, ct) is { } title) return title;
        return new ModelTitle(name, null);
    }
}
