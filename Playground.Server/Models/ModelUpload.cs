using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;
using Playground.Server.Models;
using Playground.Server.Uploads;

namespace Playground.Server.Models;

/// <summary>
/// What an import's request brings: one zip, a form with many files, both written to disk as they come, or the ids of complete uploads.
/// </summary>
internal sealed class ModelUpload(UploadStore store, UploadFiles uploads, ICurrentOwner owner)
{
    private const int MaxParts = 10_000, MaxName = 1024;

    /// <summary>Name of the form's field that names a file which its sender keeps.</summary>
    private const string Absent = "absent";

    /// <summary>The body where it is JSON.</summary>
    private sealed record Request(IReadOnlyList<string>? Uploads);

    /// <exception cref="RequestException">The form is damaged, an upload is not there, or more comes than is allowed.</exception>
    public async Task<ModelImportJob> ReceiveAsync(HttpRequest request, string? name, string? fileName, Staging staging, ByteBudget budget,
        CancellationToken ct)
    {
        var job = new ModelImportJob { Folder = staging.Name, Name = name, FileName = fileName };
        return request.HasJsonContentType()
            ? job with { Uploads = await UploadsAsync(await RequestAsync(request, ct), budget, ct) }
            : job with { Files = await FilesAsync(request, fileName, staging, budget, ct) };
    }

    private static async Task<IReadOnlyList<ModelImportFile>> FilesAsync(HttpRequest request, string? fileName, Staging staging,
        ByteBudget budget, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return [new ModelImportFile(fileName ?? "model.zip", await staging.ReceiveAsync(request.Body, budget, ct))];
        if (HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary) throw Damaged("it names no boundary");
        try
        {
            return await ReadFormAsync(new MultipartReader(boundary.ToString(), request.Body), staging, budget, ct);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Damaged(e.Message, e);
        }
    }

    private static async Task<Request?> RequestAsync(HttpRequest request, CancellationToken ct)
    {
        try
        {
            return await request.ReadFromJsonAsync<Request>(ct);
        }
        catch (JsonException e)
        {
            throw ModelRefusal.Invalid(JsonSentence.Of(e).Sentence, e);
        }
    }

    private async Task<IReadOnlyList<string>> UploadsAsync(Request? request, ByteBudget budget, CancellationToken ct)
    {
        if (request?.Uploads is not { Count: > 0 and <= MaxParts } ids)
            throw ModelRefusal.Invalid(
                $"uploads must name 1 to {MaxParts:N0} complete uploads, such as {{\"uploads\": [\"0123…\"]}}; POST /api/v1/uploads begins "
                    + "one.");
        var taken = new List<string>();
        foreach (var id in ids.Distinct())
        {
            if (await store.FindAsync(id, owner.Id, ct) is not { DatasetId: null } upload)
                throw ModelRefusal.Invalid(
                    $"There is no upload '{id}' that is free; it may have expired, or belongs to a data set. Upload the file again.");
            if (!upload.IsComplete) throw ModelRefusal.Conflict($"The upload '{id}' is not complete: {uploads.OffsetOf(
                    id):N0} of {upload.Length:N0} bytes are there. Go on with it first.");
            budget.Spend(upload.Length);
            taken.Add(id);
        }
        return taken;
    }

    private static async Task<IReadOnlyList<ModelImportFile>> ReadFormAsync(MultipartReader reader, Staging staging, ByteBudget budget,
        CancellationToken ct)
    {
        var files = new List<ModelImportFile>();
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (files.Count == MaxParts) throw ModelRefusal.Invalid(
                $"More than {MaxParts:N0} files came; a model has seven at the most. Choose the model's own folder.");
            var part = section.GetContentDispositionHeader();
            if (part?.IsFileDisposition() == true)
            {
                // GetFileName takes the folders away; they say which file is which.
                var name = HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).ToString();
                files.Add(new ModelImportFile(name, await staging.ReceiveAsync(section.Body, budget, ct)));
            }
            else if (part?.IsFormDisposition() == true && HeaderUtilities.RemoveQuotes(part.Name) == Absent)
            {
                using var text = new StreamReader(section.Body);
                var buffer = new char[MaxName];
                var length = await text.ReadBlockAsync(buffer, ct);
                budget.Spend(length);
                files.Add(new ModelImportFile(new string(buffer, 0, length), null));
            }
        }
        return files;
    }

    private static RequestException Damaged(string what, Exception? inner = null)
        => ModelRefusal.Invalid($"The form cannot be read: {what}. Send multipart/form-data with one part for each file.", inner);
}
