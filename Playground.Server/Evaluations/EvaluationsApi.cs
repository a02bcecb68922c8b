using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Evaluation.Reports;
using Playground.Server.Hosting;

namespace Playground.Server.Evaluations;

internal static class EvaluationsApi
{
    private const long MaxBody = 64 << 10;

    public static void MapEvaluations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/evaluations").WithTags("evaluations").RequirePolicies().DisableAntiforgery();
        group.MapPost("/", StartAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBody)).ProducesValidationProblem()
            .WithSummary("Starts an evaluation of a model or of images against a reference.");
        group.MapGet("/", (IEvaluations evaluations, CancellationToken ct) => evaluations.ListAsync(ct))
            .WithSummary("Your evaluations, newest first.");
        group.MapGet("/choices", (IEvaluations evaluations, CancellationToken ct) => evaluations.GetChoicesAsync(ct))
            .WithSummary("The references, feature extractors and CLIP models to choose from.");
        group.MapGet("/{id}", FindAsync)
            .WithSummary("An evaluation with its results so far.");
        group.MapDelete("/{id}", DeleteAsync).WithSummary("Deletes an evaluation that has ended, with its reports.");
        group.MapGet("/{id}/images/{name}.png", ImageAsync).WithSummary("An image of a report.");
        group.MapGet("/{id}/report.html", (string id, int? cell, EvaluationReports reports, ICurrentOwner owner,
            HttpContext http, CancellationToken ct) => ReportAsync(id, cell, http, "text/html; charset=utf-8", HtmlReport.Write, reports,
                owner, ct))
            .WithSummary("A report as one HTML page.");
        group.MapGet("/{id}/report.json", (string id, int? cell, EvaluationReports reports, ICurrentOwner owner,
            HttpContext http, CancellationToken ct) => ReportAsync(id, cell, http, "application/json", r => ReportJson.Write(r), reports,
                owner, ct))
            .WithSummary("A report as JSON.");
        group.MapGet("/{id}/report.csv", (string id, int? cell, EvaluationReports reports, ICurrentOwner owner,
            HttpContext http, CancellationToken ct) => ReportAsync(id, cell, http, "text/csv; charset=utf-8", ReportCsv.Write, reports,
                owner, ct))
            .WithSummary("A report as a table in CSV.");
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ImageAsync(string id, string name, int? cell,
        HttpContext http, EvaluationReports reports, ICurrentOwner owner, CancellationToken ct)
    {
        if (await reports.FindAsync(id, owner.Id, cell ?? 0, ct) is not { } report
            || EvaluationReportViews.ImageOf(report, name) is not { } png)
            return Missing($"There is no image '{name}' in report {cell ?? 0} of an evaluation '{id}'.");
        // A report never changes.
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.File(png, "image/png");
    }

    private static async Task<Accepted<EvaluationView>> StartAsync(EvaluationRequest request, IEvaluations evaluations,
        CancellationToken ct)
    {
        var view = await evaluations.StartAsync(request, ct);
        return TypedResults.Accepted($"/api/v1/evaluations/{view.Job.Id}", view);
    }

    private static async Task<Results<Ok<EvaluationView>, ProblemHttpResult>> FindAsync(string id, IEvaluations evaluations,
        CancellationToken ct)
        => await evaluations.FindAsync(id, ct) is { } view ? TypedResults.Ok(view) : Missing($"There is no evaluation '{id}'.");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, IJobs jobs, CancellationToken ct)
        => await jobs.FindAsync(id, ct) is { Kind: JobKind.Evaluation } && await jobs.DeleteAsync(id, ct)
            ? TypedResults.NoContent()
            : Missing($"There is no evaluation '{id}'.");

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReportAsync(
        string id, int? cell, HttpContext http, string type, Func<EvaluationReport, string> write, EvaluationReports reports,
        ICurrentOwner owner, CancellationToken ct)
    {
        if (await reports.FindAsync(id, owner.Id, cell ?? 0, ct) is not { } report)
            return Missing(
                $"There is no report {cell ?? 0} of an evaluation '{id}'; one that has succeeded has a report for each of its cells, "
                    + "counted from 0.");
        // A report holds names that came from outside. They are encoded; nothing of them could run or be sent even if one was not:
        // no source of scripts is allowed, nor a form, nor a picture that is not in the page itself.
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        return TypedResults.Content(write(report), type);
    }

    private static ProblemHttpResult Missing(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
