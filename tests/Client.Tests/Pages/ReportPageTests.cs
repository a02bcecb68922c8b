using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Client.Pages.Evaluations;

namespace Playground.Client.Tests.Pages;

/// <summary>From the report of a model to the evaluation of the one that it was trained from, as the pages are rendered.</summary>
public sealed class ReportPageTests : ComponentTest
{
    private static readonly EvaluationRequest s_request = new()
    {
        Model = "mine",
        Reference = "digits",
        Samplers = ["ddim", "euler"],
        Steps = [10, 20],
        Guidance = [1.5, 3],
        Count = 700,
        Seed = 9,
        Features = "mnist",
    };

    private readonly Server _server = new();

    public ReportPageTests()
    {
        Services.AddSingleton<IEvaluations>(_server);
        Services.AddSingleton<ISampling>(_server);
        Services.AddSingleton<IJobs>(new UnusedJobs());
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void The_base_model_is_offered_to_be_evaluated_in_the_same_way()
    {
        var report = Render<Report>(p => p.Add(r => r.Id, "a"));
        var address = One(report, "#evaluate-base").GetAttribute("href")!;
        Assert.Equal("evaluate?model=mnist&like=a", address);

        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var form = Render<Evaluate>();
        string ValueOf(string name) => One(form, $"input[name={name}]").GetAttribute("value")!;
        Assert.Equal(("10, 20", "1.5, 3", "700", "9"), (ValueOf("steps"), ValueOf("guidance"), ValueOf("count"), ValueOf("seed")));
        Assert.Equal(2, form.FindAll(".mud-chip-selected").Count);
    }

    [Fact]
    public void Where_it_has_been_evaluated_the_two_are_compared()
    {
        _server.Evaluations.Add(ViewOf("b", s_request with { Model = "mnist" }));
        var report = Render<Report>(p => p.Add(r => r.Id, "a"));
        Assert.EndsWith("with=b", One(report, "#compare-base").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Empty(report.FindAll("#evaluate-base"));
    }

    [Fact]
    public void A_model_from_scratch_has_none()
    {
        _server.Parent = null;
        var report = Render<Report>(p => p.Add(r => r.Id, "a"));
        Assert.Empty(report.FindAll("#evaluate-base, #compare-base"));
        One(report, "#cells");
    }

    private static EvaluationView ViewOf(string id, EvaluationRequest request) => new(
        new JobView(id, JobKind.Evaluation, JobStatus.Succeeded, 1, 1, 1, 0, null, null, null, null,
            JsonSerializer.SerializeToElement(request, JsonSerializerOptions.Web), default),
        request.Model!, null, [new("DDIM, 10 steps", "ddim", 10, 1, 1, "FID", 5, 4, 6)], true);

    private sealed class Server : IEvaluations, ISampling
    {
        public List<EvaluationView> Evaluations { get; } = [ViewOf("a", s_request)];

        public ModelLink? Parent { get; set; } = new("mnist", "0", true);

        public IReadOnlyList<SamplerView> Samplers => [new("ddim", "DDIM", [], true), new("euler", "Euler", [], false)];

        public Task<EvaluationChoices> GetChoicesAsync(CancellationToken ct) => Task.FromResult(new EvaluationChoices(
            [new("digits", "Digits", 1000, true, "mnist")], [new("mnist", "Digits", ["unit"], "", 65, 320)], []));

        public Task<IReadOnlyList<EvaluationView>> ListAsync(CancellationToken ct)
            => Task.FromResult<IReadOnlyList<EvaluationView>>(Evaluations);

        public Task<EvaluationView?> FindAsync(string id, CancellationToken ct)
            => Task.FromResult(Evaluations.FirstOrDefault(e => e.Job.Id == id));

        public Task<EvaluationReportView?> FindReportAsync(string id, int cell, CancellationToken ct)
            => Task.FromResult<EvaluationReportView?>(null);

        public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct)
            => Task.FromResult<IReadOnlyList<ModelView>>([new("mnist", 28, 1, 10, 1000, true, "0")]);

        public Task<ModelView?> FindModelAsync(string name, CancellationToken ct)
            => Task.FromResult<ModelView?>(new(name, 28, 1, 10, 1000, true, "1") { Parent = name == "mine" ? Parent : null });

        public Task<EvaluationView> StartAsync(EvaluationRequest request, CancellationToken ct) => throw new NotSupportedException();

        public Task<PromptView?> ReadPromptAsync(string model, string prompt, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView> StartAsync(SampleRequest request, CancellationToken ct) => throw new NotSupportedException();
    }
}
