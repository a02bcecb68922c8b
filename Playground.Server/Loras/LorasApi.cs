using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Models;
using Playground.Server.Uploads;

namespace Playground.Server.Loras;

/// <summary>A complete upload that becomes a LoRA.</summary>
internal sealed record LoraImport
{
    /// <summary>Id of the upload.</summary>
    public string Upload { get; init; } = "";

    /// <summary>What it is to be called; null: as the file is.</summary>
    public string? Name { get; init; }
}

internal static class LorasApi
{
    public static void MapLoras(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/loras").RequirePolicies().WithTags("loras").DisableAntiforgery();
        group.MapGet("/", (ILoras loras, string? model, CancellationToken ct) => loras.ListAsync(model, ct))
            .WithSummary("The installed LoRAs; with model, which of them fit it, and which of their tensors do nothing there.");
        group.MapPost("/", ImportAsync).WithSummary("Installs a LoRA from a complete upload.").ProducesValidationProblem();
        group.MapPut("/{name}", ReceiveAsync).Accepts<IFormFile>("application/octet-stream")
            .WithSummary("Installs the LoRA that the body is.").ProducesValidationProblem();
        group.MapDelete("/{name}", DeleteAsync).RequireAuthorization(Policies.Administer).WithSummary("Removes a LoRA.");
    }

    private static async Task<Created<LoraView>> ImportAsync(LoraImport request, LoraStore loras, UploadStore uploads, UploadFiles files,
        ICurrentOwner owner, CancellationToken ct)
    {
        if (await uploads.FindAsync(request.Upload, owner.Id, ct) is not { DatasetId: null } upload)
            throw RequestException.Invalid("upload",
                $"There is no upload '{request.Upload}' that is free; it may have expired. Upload the file again.");
        if (!upload.IsComplete)
            throw RequestException.Conflict($"The upload '{upload.Id}' is not complete: {files.OffsetOf(upload.Id):N0} of "
                + $"{upload.Length:N0} bytes are there. Go on with it first.");
        var made = await Task.Run(() => loras.Add(files.PathOf(upload.Id),
            request.Name ?? Path.GetFileNameWithoutExtension(upload.Name)), ct);
        await files.DeleteAsync(upload.Id, CancellationToken.None);
        return Made(made);
    }

    private static async Task<Created<LoraView>> ReceiveAsync(string name, HttpRequest request, LoraStore loras, ModelFolderLock places,
        IOptions<PlaygroundOptions> options, CancellationToken ct)
    {
        if (!ModelNames.IsFit(name)) throw RequestException.Invalid("name", ModelNames.SentenceFor(name));
        // A page of another site can make a browser send files here; it cannot add a header of its own.
        if (request.Headers.ContainsKey("Origin") && !request.Headers.ContainsKey("X-Requested-With"))
            throw new RequestException(StatusCodes.Status403Forbidden,
                "A browser sent this without the header X-Requested-With, which a page of this server sets.");
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        using var staging = places.Stage();
        var stored = await staging.ReceiveAsync(request.Body, new ByteBudget(options.Value.MaxModelBytes), ct);
        return Made(await Task.Run(() => loras.Add(staging.PathOf(stored), name), ct));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string name, ILoras loras, CancellationToken ct)
        => await loras.DeleteAsync(name, ct) ? TypedResults.NoContent()
            : TypedResults.Problem($"There is no LoRA '{name}'.", statusCode: StatusCodes.Status404NotFound);

    private static Created<LoraView> Made(LoraView lora)
        => TypedResults.Created($"/api/v1/loras/{Uri.EscapeDataString(lora.Name)}", lora);
}
