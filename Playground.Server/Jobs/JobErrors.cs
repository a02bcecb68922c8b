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
    public static IReadOnlyList<JobRemark> Of(Exception e) => e switch
    {
        PlaygroundException { Code: { } code } known => [new JobRemark(code, known.Message, known.Values)],
        StorageUnavailableException storage => [Of(storage)],
        _ => StorageFailures.Of(e) is { } failure ? [Of(failure)] : [],
    };

    /// <summary>The sentences as one text; null where there are none.</summary>
    public static string? TextOf(IReadOnlyList<JobRemark> remarks)
        => remarks.Count == 0 ? null : string.Join(' ', remarks.Select(r => r.Text));

    /// <summary>Without the server's paths.</summary>
    public static IReadOnlyList<JobRemark> Hide(this ServerPaths paths, IReadOnlyList<JobRemark> remarks)
        => [.. remarks.Select(r => new JobRemark(r.Code, paths.Hide(r.Text), [.. r.Values.Select(paths.Hide)]))];

    /// <summary>A result with the remarks in it; null where there is neither.</summary>
    public static JsonElement? AddTo(JsonElement? result, IReadOnlyList<JobRemark> remarks)
    {
        if (remarks.Count == 0) return result;
        var all = result is { ValueKind: JsonValueKind.Object } known ? JsonObject.Create(known)! : [];
        all[Field] = JsonSerializer.SerializeToNode(remarks, JsonSerializerOptions.Web);
        return JsonSerializer.SerializeToElement(all);
    }

    /// <summary>Those in a result of whatever kind.</summary>
    public static IReadOnlyList<JobRemark> In(JsonElement? result)
        => result is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(Field, out var list)
            ? list.Deserialize<IReadOnlyList<JobRemark>>(JsonSerializerOptions.Web) ?? [] : [];

    private static JobRemark Of(StorageUnavailableException e)
        => new(JobError.Storage + e.Problem.ToString().ToLowerInvariant(), e.Message, []);
}
