using System.Text.Json;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>Why jobs end, by codes that pages say in their reader's language: as <c>{"errorRemarks": […]}</c> in a job's result.</summary>
internal static class JobErrors
{
    private const string Field = "errorRemarks";

    /// <summary>What an exception says; empty where its sentence has no code.</summary>
    public static IReadOnlyList<Remark> Of(Exception e) => e switch
    {
        PlaygroundException { Code: { } code } known => [new Remark(code, known.Message, known.Values)],
        StorageUnavailableException storage => [Of(storage)],
        _ => StorageFailures.Of(e) is { } failure ? [Of(failure)] : [],
    };

    /// <summary>The sentences as one text; null where there are none.</summary>
    public static string? TextOf(IReadOnlyList<Remark> remarks)
        => remarks.Count == 0 ? null : string.Join(' ', remarks.Select(r => r.Text));

    /// <summary>Without the server's paths.</summary>
    public static IReadOnlyList<Remark> Hide(this ServerPaths paths, IReadOnlyList<Remark> remarks)
        => [.. remarks.Select(r => new Remark(r.Code, paths.Hide(r.Text), [.. r.Values.Select(paths.Hide)]))];

    /// <summary>A result with the remarks in it; null where there is neither.</summary>
    public static JsonElement? AddTo(JsonElement? result, IReadOnlyList<Remark> remarks)
    {
        if (remarks.Count == 0) return result;
        var all = result is { ValueKind: JsonValueKind.Object } known ? JsonObject.Create(known)! : [];
        all[Field] = JsonSerializer.SerializeToNode(remarks, JsonSerializerOptions.Web);
        return JsonSerializer.SerializeToElement(all);
    }

    /// <summary>Those in a result of whatever kind.</summary>
    public static IReadOnlyList<Remark> In(JsonElement? result)
        => result is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(Field, out var list)
            ? list.Deserialize<IReadOnlyList<Remark>>(JsonSerializerOptions.Web) ?? [] : [];

    private static Remark Of(StorageUnavailableException e)
        => new(JobError.Storage + e.Problem.ToString().ToLowerInvariant(), e.Message, []);
}
