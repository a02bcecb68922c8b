using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;

namespace Playground.Server.Evaluations;

/// <summary>Evaluations in the host's container.</summary>
internal static class EvaluationServices
{
    public static void AddEvaluations(this IServiceCollection services)
    {
        services.AddSingleton<EvaluationReferences>();
        services.AddSingleton<EvaluationExtractors>();
        services.AddSingleton<EvaluationFiles>();
        services.AddSingleton<EvaluationReports>();
        services.AddSingleton<EvaluationOpener>();
        services.AddSingleton<CellGenerator>();
        services.AddContract<IEvaluations, EvaluationJobs>();
        services.AddSingleton<IJobHandler, EvaluationHandler>();
    }
}
