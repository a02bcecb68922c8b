using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Server.Hosting;

namespace Playground.Server.Models;

/// <summary>The models for the pages and the HTTP API, in process.</summary>
internal sealed class InstalledModels(ModelStore store, ModelFolderLock places, ModelJobs jobs, DeviceThread device,
    IOptions<PlaygroundOptions> options) : IModels
{
    public long MaxBytes => options.Value.MaxModelBytes;

    public Task<IReadOnlyList<ModelView>> ListAsync(CancellationToken ct)
        => Task.FromResult(places.Steadily(() => ModelViews.Of(store.List())));

    public async Task<ModelDetail?> FindAsync(string name, CancellationToken ct)
    {
        var models = store.List();
        return models.FirstOrDefault(m => m.Name == name) is { } model
            ? ModelViews.DetailOf(model, models, await jobs.UsingAsync(name, ct))
            : null;
    }

    public async Task<ModelView> RenameAsync(string name, ModelRename change, CancellationToken ct)
    {
        using var old = places.Claim(name);
        var model = Existing(name);
        CheckConfirmed(model, change.Confirm, "renamed");
        using var claim = places.ClaimNew(change.Name);
        await MoveAsync(model, places.PathOf(change.Name), "rename", ct);
        return ModelViews.Of(Existing(change.Name), store.List());
    }

    public async Task DeleteAsync(string name, bool force, string? confirm, CancellationToken ct)
    {
        using var claim = places.Claim(name);
        var model = Existing(name);
        CheckConfirmed(model, confirm, "deleted");
        if (!force && LineageTree.Dependents(model, store.List()) is { Count: > 0 } dependents)
            throw ModelRefusal.NeedsForce(
                $"{string.Join(", ", dependents.Select(d => $"'{d}'"))} came from '{name}': where it is gone, nobody can see any more what "
                    + "the training began with. Say force=true to delete it all the same; what came from it works on.");
        using var staging = places.Stage();
        await MoveAsync(model, Path.Combine(staging.Folder, "deleted"), "delete", ct);
    }

    // No new job finds the model from the first line on; one that was being written down just then is seen by the second look.
    private async Task MoveAsync(ModelSummary model, string target, string verb, CancellationToken ct)
    {
        await CheckUnusedAsync(model.Name, verb, ct);
        using var hidden = store.Hide(model.Name);
        await CheckUnusedAsync(model.Name, verb, ct);
        await device.RunAsync(() =>
        {
            store.Unload(model);
            places.Move(model.Folder, target);
        }, CancellationToken.None);
    }

    private async Task CheckUnusedAsync(string name, string verb, CancellationToken ct)
    {
        if (await jobs.UsingAsync(name, ct) is not { Count: > 0 } using_) return;
        throw ModelRefusal.Conflict($"{(using_.Count == 1 ? "A job that has not ended needs"
                : $"{using_.Count} jobs that have not ended need")} '{name}': {string.Join(", ",
                    using_.Take(5).Select(j => $"{j.Kind} {j.Id} ({j.Status})"))}. Cancel them or wait for them, then {verb} it.");
    }

    private ModelSummary Existing(string name)
        => store.FindInstalled(name) ?? throw ModelRefusal.Missing($"There is no model '{name}'.");

    private static void CheckConfirmed(ModelSummary model, string? confirm, string done)
    {
        if (model.Manifest.Shipped && confirm != model.Name)
            throw ModelRefusal.NeedsConfirmation(
                $"'{model.Name}' came with the program; the guide and the examples speak of it by this name. It "
                    + $"is {done} only where confirm is its name.");
    }
}
