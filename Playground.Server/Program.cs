using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using Playground.Client;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Server;
using Playground.Server.Datasets;
using Playground.Server.Evaluations;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Sampling;
using Playground.Server.Storage;
using Playground.Server.Trainings;
using Playground.Server.Uploads;

if (HealthProbe.IsAsked(args)) return await HealthProbe.RunAsync(args, Console.Error);
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
// In a build folder too, scripts and styles go out as the build has compressed them, and browsers may keep them.
builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= $"{builder.Environment.IsDevelopment()}";
if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls("http://127.0.0.1:5080");
builder.Services.AddValidatedOptions<PlaygroundOptions>("Playground");
builder.Services.AddPlaygroundProblems();
builder.Services.AddSingleton<ICurrentOwner, LoopbackOwner>();
builder.Services.ConfigureHttpJsonOptions(o => StrictJson.Apply(o.SerializerOptions));
builder.Services.AddApiDescription();
builder.Services.AddResponseCompression(o => o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json",
    "text/csv"]);
builder.Services.AddSignalR().AddHubOptions<FramesHub>(o => o.MaximumParallelInvocationsPerClient = 4);
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddMudServices();
builder.Services.AddPages();
builder.Services.AddPageLanguages();
builder.Services.AddStorage(builder.Configuration);
builder.Services.AddUploads();
builder.Services.AddJobs();
builder.Services.AddModels();
builder.Services.AddSampling();
builder.Services.AddDatasets();
builder.Services.AddTrainings();
builder.Services.AddEvaluations();

await using var app = builder.Build();
try
{
    return await RunAsync(app);
}
catch (Exception e) when (e is PlaygroundException or OptionsValidationException)
{
    // A matter of the settings: a sentence, not a trace.
    var reasons = e is OptionsValidationException options ? string.Join(' ', options.Failures) : e.Message;
    app.Logger.LogCritical("The server cannot start: {Reasons}", reasons);
    return 1;
}

static async Task<int> RunAsync(WebApplication app)
{
    // The host would do it later, and write a trace.
    app.Services.GetService<IStartupValidator>()?.Validate();
    // Beside the rest of the start: building the model takes half a second of one core.
    var opening = Task.Run(() => StorageStartup.OpenAsync(app.Services));
    TorchEngine.Initialize(libtorch: app.Configuration[Libtorch.Setting]);
    ShippedModels.CopyTo(app.Services.GetRequiredService<IOptions<PlaygroundOptions>>().Value.Models, ShippedModels.Folder, app.Logger);
    app.UseResponseCompression();
    app.UseExceptionHandler();
    app.UseRequestLocalization();
    app.UseKnownCharsets();
    app.UsePageAnswers();
    app.UseAntiforgery();
    app.MapSamples();
    app.MapTrainings();
    app.MapPictures();
    app.MapJobs();
    app.MapEvaluations();
    app.MapModels();
    app.MapUploads();
    app.MapDatasets();
    app.MapHealth();
    app.MapOpenApi("/openapi/v1.json");
    app.MapHub<FramesHub>("/hubs/frames");
    app.MapStaticAssets();
    app.MapRazorComponents<App>().AddInteractiveServerRenderMode().AddAdditionalAssemblies(typeof(Routes).Assembly);
    if (!await opening) return 1;
    await app.RunAsync();
    return Environment.ExitCode;
}

/// <summary>The host's entry point, named so that tests can start it.</summary>
public sealed partial class Program;
