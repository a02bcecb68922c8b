using Playground.Client.Contracts;
using Playground.Server.Datasets;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

internal static class TrainingServices
{
    public static void AddTrainings(this IServiceCollection services)
    {
        services.AddSingleton<IModelSource, TrainingModels>();
        services.AddSingleton<ITrainingData, StoredTrainingData>();
        services.AddSingleton<ITrainingData, FolderTrainingData>();
        services.AddSingleton<IDatasetReferences, TrainingReferences>();
        services.AddSingleton<TrainingPresets>();
        services.AddSingleton<TextPresets>();
        services.AddSingleton<Autoencoders>();
        services.AddSingleton<TextPlans>();
        services.AddSingleton<TrainingPlans>();
        services.AddSingleton<TrainingStore>();
        services.AddSingleton<IBlobReferences>(s => s.GetRequiredService<TrainingStore>());
        services.AddSingleton<TrainingSignalBoard>();
        services.AddSingleton<DeviceShare>();
        services.AddSingleton<TrainingEstimates>();
        services.AddSingleton<TrainingPromotion>();
        services.AddSingleton<IJobHandler, TrainingHandler>();
        services.AddHostedService<TrainingHours>();
        services.AddContract<ITrainings, TrainingJobs>();
    }
}
