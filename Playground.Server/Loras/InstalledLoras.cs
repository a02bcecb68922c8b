using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Loras;

/// <summary>The LoRAs for the pages and the HTTP API, in process.</summary>
internal sealed class InstalledLoras(LoraStore store, ModelAccess models, JobStore jobs, ICurrentOwner owner) : ILoras
{
    public async Task<IReadOnlyList<LoraView>> ListAsync(string? model, CancellationToken ct)
    {
        if (model is null) return store.List(null);
        var found = await models.FindAsync(model, owner.Id, ct)
            ?? throw RequestException.Invalid("model", $"model '{model}' is not installed.");
        return await Task.Run(() => store.List(found), ct);
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken ct)
    {
        var using_ = (await jobs.LiveAsync(ct)).Where(j => j.Kind == JobKind.Sample && Names(j.Request, name)).ToList();
        if (using_.Count > 0)
            throw RequestException.Conflict($"'{name}' is needed by {using_.Count} {(using_.Count == 1 ? "job" : "jobs")} that "
                + "have not ended. Cancel them or wait for them, then delete it.");
        return store.Delete(name);
    }

    private static bool Names(string request, string lora)
    {
        using var json = JsonDocument.Parse(request);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("loras", out var all)
            && all.ValueKind == JsonValueKind.Array && all.EnumerateArray().Any(l => l.ValueKind == JsonValueKind.Object
                && l.TryGetProperty("name", out var n) && n.ValueKind == JsonValueKind.String && n.GetString() == lora);
    }
}
