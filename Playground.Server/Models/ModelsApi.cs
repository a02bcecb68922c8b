using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Uploads;

namespace Playground.Server.Models;

internal static class ModelsApi
{
    private const long MaxJson = 1 << 20;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/models").WithTags("models").RequirePolicies().DisableAntiforgery();
        group.MapGet("/", (IModels models, CancellationToken ct) => models.ListAsync(ct))
            .WithSummary("The installed models.");
        group.MapPost("/", ImportAsync).Accepts<IFormFile>("application/zip", "application/octet-stream", "multipart/form-data",
            "application/json").ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Imports a model from a zip archive, a .safetensors file or an address.");
        group.MapGet("/{name}", FindAsync)
            .WithSummary("A model with its architecture, files, card and lineage.");
        group.MapPatch("/{name}", (string name, ModelRename change, IModels models,
            CancellationToken ct) => models.RenameAsync(name, change, ct))
            .WithSummary("Renames a model.").RequireAuthorization(Policies.Administer);
        group.MapDelete("/{name}", DeleteAsync)
            .WithSummary("Deletes a model.").RequireAuthorization(Policies.Administer);
        group.MapGet("/{name}/export", Export)
            .WithSummary("A model as a zip archive in diffusers' layout.");
        group.MapGet("/{name}/{image}.png", Image)
            .WithSummary("An image beside a model's card; 'samples' is that of its samples.");
    }

    private static async Task<Results<Ok<ModelDetail>, ProblemHttpResult>> FindAsync(string name, IModels models, CancellationToken ct)
        => await models.FindAsync(name, ct) is { } model ? TypedResults.Ok(model) : Missing(name);

    private static async Task<IResult> ImportAsync(HttpRequest request, string? name, string? file, ModelFolderLock places,
        IModels models, ModelUpload upload, JobQueue jobs, CancellationToken ct)
    {
        // A page of another site can make a browser send files here; it cannot add a header of its own.
        if (request.Headers.ContainsKey("Origin") && !request.Headers.ContainsKey("X-Requested-With"))
            return TypedResults.Problem("A browser sent this without the header X-Requested-With, which a page of this server sets. Import "
                + "on the page /models.", statusCode: StatusCodes.Status403Forbidden);
        if (request.ContentLength > models.MaxBytes) throw ByteBudget.TooLarge(models.MaxBytes);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = request.HasJsonContentType() ? MaxJson : null;
        if (name is not null) places.ClaimNew(name).Dispose();
        using var staging = places.Stage();
        var import = await upload.ReceiveAsync(request, name, file, staging, new ByteBudget(models.MaxBytes), ct);
        var job = await jobs.EnqueueAsync(JobKind.ModelImport, import, 1, ct);
        staging.Leave();
        return await AnswerAsync(job, request, jobs, ct);
    }

    // Who would rather wait says so (RFC 7240), and is answered with the model.
    private static async Task<IResult> AnswerAsync(JobView job, HttpRequest request, JobQueue jobs, CancellationToken ct)
    {
        if (PreferredWait.Of(request) is { } patience) job = await jobs.EndAsync(job, patience, ct);
        return job switch
        {
            { Status: JobStatus.Succeeded, Result: { } result }
                when result.Deserialize<ImportedModel>(JsonSerializerOptions.Web) is { } made
                => TypedResults.Created(ModelViews.AddressOf(made.Model.Name), made),
            { Status: JobStatus.Failed or JobStatus.Canceled } => throw JobQueue.RefusalOf(job),
            _ => TypedResults.Accepted($"/api/v1/jobs/{job.Id}", job),
        };
    }

    private static async Task<NoContent> DeleteAsync(string name, IModels models, CancellationToken ct, bool force = false,
        string? confirm = null)
    {
        await models.DeleteAsync(name, force, confirm, ct);
        return TypedResults.NoContent();
    }

    private static Results<PushStreamHttpResult, ProblemHttpResult> Export(string name, ModelStore store, HttpContext http)
    {
        if (store.FindInstalled(name) is not { } model) return Missing(name);
        var export = new ModelExport(model);
        http.Response.RegisterForDisposeAsync(export);
        // The archive's writer ends each entry with sixteen bytes that it writes synchronously.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } control) control.AllowSynchronousIO = true;
        return TypedResults.Stream(stream => export.WriteAsync(stream, http.RequestAborted), "application/zip", $"{name}.zip");
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Image(string name, string image, ModelStore store, HttpContext http)
    {
        if (!ModelImages.IsName(image + ".png") || store.FindInstalled(name) is not { } model
            || Path.Combine(model.Folder, image + ".png") is var path && !File.Exists(path))
            return Missing(name);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.PhysicalFile(path, "image/png", lastModified: File.GetLastWriteTimeUtc(path));
    }

    private static ProblemHttpResult Missing(string name)
        => TypedResults.Problem($"There is no model '{name}', or it has no such file.", statusCode: StatusCodes.Status404NotFound);
}
