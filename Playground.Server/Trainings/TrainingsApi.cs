using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Models;
using Playground.Server.Storage;
using Playground.Server.Trainings;

namespace Playground.Server.Trainings;

internal static class TrainingsApi
{
    private const long MaxBody = 64 << 10;

    /// <summary>Another number of steps.</summary>
    internal sealed record StepsRequest(int Steps);

    /// <summary>Another name; null: the one by its data and network.</summary>
    internal sealed record RenameRequest(string? Name);

    /// <summary>What a checkpoint shall be called as a model.</summary>
    internal sealed record PromoteRequest(string Name);

    public static void MapTrainings(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/trainings").WithTags("trainings").RequirePolicies()
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody)).DisableAntiforgery();
        group.MapGet("/choices", (ITrainings trainings, CancellationToken ct) => trainings.GetChoicesAsync(ct))
            .WithSummary("The data sets and network presets to train.");
        group.MapPost("/estimate", (TrainingRequest request, ITrainings trainings,
            CancellationToken ct) => trainings.EstimateAsync(request, ct)).ProducesValidationProblem()
            .WithSummary("Measures how long a training would take, and its memory.");
        group.MapPost("/", StartAsync).ProducesValidationProblem()
            .WithSummary("Starts a training and answers with its job.");
        MapOne(group.MapGroup("/{id}"));
        MapOrders(group.MapGroup("/{id}"));
    }

    // What is known of a training, and what it has made.
    private static void MapOne(RouteGroupBuilder group)
    {
        group.MapGet("", async (string id, ITrainings trainings,
            CancellationToken ct) => Found(id, await trainings.FindAsync(id, ct)))
            .WithSummary("A training with its checkpoints and previews.");
        group.MapPatch("", async (string id, RenameRequest request, ITrainings trainings,
            CancellationToken ct) => Found(id, await trainings.RenameAsync(id, request.Name, ct))).ProducesValidationProblem()
            .WithSummary("Renames a training.");
        group.MapDelete("", DeleteAsync).WithSummary("Deletes a training that has ended, with its checkpoints, samples and curve.");
        group.MapGet("/curve", async (string id, ITrainings trainings, CancellationToken ct,
            long after = 0) => Found(id, await trainings.GetCurveAsync(id, after, ct)))
            .WithSummary("The losses of a training, step by step.");
        group.MapGet("/checkpoints", async (string id, ITrainings trainings,
            CancellationToken ct) => Found(id, (await trainings.FindAsync(id, ct))?.Checkpoints))
            .WithSummary("The checkpoints of a training.");
        group.MapGet("/samples/{step:long}.png", SampleAsync)
            .WithSummary("The preview images after a step.");
        group.MapGet("/checkpoints/{step:long}.zip", DownloadAsync)
            .WithSummary("A checkpoint as a zip archive in diffusers' layout.");
        group.MapPost("/checkpoints/{step:long}/promote", PromoteAsync).ProducesValidationProblem()
            .WithSummary("Saves a checkpoint as a model.");
    }

    // What a training that runs is told to do.
    private static void MapOrders(RouteGroupBuilder group)
    {
        group.MapPost("/pause", async (string id, ITrainings trainings,
            CancellationToken ct) => Taken(id, await trainings.PauseAsync(id, ct)))
            .WithSummary("Pauses a training after a checkpoint.");
        group.MapPost("/resume", async (string id, ITrainings trainings,
            CancellationToken ct) => Taken(id, await trainings.ResumeAsync(id, ct)))
            .WithSummary("Resumes a paused training where it stopped.");
        group.MapPost("/stop", async (string id, ITrainings trainings,
            CancellationToken ct) => Taken(id, await trainings.StopAsync(id, ct)))
            .WithSummary("Ends a training early and keeps its model.");
        group.MapPost("/steps", async (string id, StepsRequest request, ITrainings trainings,
            CancellationToken ct) => Taken(id, await trainings.SetStepsAsync(id, request.Steps, ct))).ProducesValidationProblem()
            .WithSummary("Changes the number of steps of a training.");
    }

    private static async Task<Accepted<JobView>> StartAsync(TrainingRequest request, ITrainings trainings, CancellationToken ct)
    {
        var job = await trainings.StartAsync(request, ct);
        return TypedResults.Accepted($"/api/v1/trainings/{job.Id}", job);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, IJobs jobs, CancellationToken ct)
        => await jobs.FindAsync(id, ct) is { Kind: JobKind.Training } && await jobs.DeleteAsync(id, ct)
            ? TypedResults.NoContent()
            : Missing(id);

    private static async Task<Results<Created<ModelView>, ProblemHttpResult>> PromoteAsync(string id, long step, PromoteRequest request,
        ITrainings trainings, CancellationToken ct)
        => await trainings.PromoteAsync(id, step, request.Name, ct) is { } model
            ? TypedResults.Created($"/api/v1/models/{model.Name}", model)
            : Missing(id, $"checkpoint {step}");

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> SampleAsync(string id, long step, TrainingStore store,
        BlobStore blobs, ICurrentOwner owner, CancellationToken ct)
        => await store.FindSampleAsync(id, owner.Id, step, ct) is { } hash
            ? TypedResults.PhysicalFile(blobs.PathOf(hash), "image/png")
            : Missing(id, $"samples after step {step}");

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> DownloadAsync(string id, long step, ITrainings trainings,
        ModelStore models, HttpContext http, CancellationToken ct)
    {
        if ((await trainings.FindAsync(id, ct))?.Checkpoints.FirstOrDefault(c => c.Step == step) is not { } checkpoint
            || models.Find(checkpoint.Model) is not { } model) return Missing(id, $"checkpoint {step}");
        var export = new ModelExport(model);
        http.Response.RegisterForDisposeAsync(export);
        // The archive's writer ends each entry with a few bytes that it writes synchronously.
        http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        return TypedResults.Stream(body => export.WriteAsync(body, http.RequestAborted), "application/zip",
            $"training-{id[..8]}-step-{step}.zip");
    }

    private static Results<Ok<T>, ProblemHttpResult> Found<T>(string id, T? value) where T : class
        => value is null ? Missing(id) : TypedResults.Ok(value);

    private static Results<Accepted<JobView>, ProblemHttpResult> Taken(string id, JobView? job)
        => job is null ? Missing(id) : TypedResults.Accepted($"/api/v1/trainings/{id}", job);

    private static ProblemHttpResult Missing(string id, string? part = null)
        => TypedResults.Problem(part is null ? $"There is no training '{id}'." : $"There is no {part} of a training '{id}'.",
            statusCode: StatusCodes.Status404NotFound);
}
