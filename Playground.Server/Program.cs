using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using Playground.Client;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Server;
using Playground.Server.Accounts;
using Playground.Server.Datasets;
using Playground.Server.Evaluations;
using Playground.Server.Gallery;
using Playground.Server.Hosting;
using Playground.Server.Hosting.Security;
using Playground.Server.Jobs;
using Playground.Server.Loras;
using Playground.Server.Models;
using Playground.Server.Sampling;
using Playground.Server.Shares;
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
builder.Services.AddHardening();
builder.Services.ConfigureHttpJsonOptions(o => StrictJson.Apply(o.SerializerOptions));
builder.Services.AddApiDescription();
builder.Services.AddResponseCompression(o => o.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json",
    "text/csv"]);
builder.Services.AddSignalR().AddHubOptions<FramesHub>(o =>
{
    o.MaximumParallelInvocationsPerClient = 4;
    o.AddFilter<HubLimits>();
}).AddJsonProtocol(o => o.PayloadSerializerOptions.Converters.Add(new SharedEvents()));
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddMudServices();
builder.Services.AddPages();
builder.Services.AddPageLanguages();
builder.Services.AddStorage(builder.Configuration);
builder.Services.AddAccounts();
builder.Services.AddUploads();
builder.Services.AddJobs();
builder.Services.AddModels();
builder.Services.AddLoras();
builder.Services.AddSampling();
builder.Services.AddDatasets();
builder.Services.AddTrainings();
builder.Services.AddEvaluations();
builder.Services.AddGallery();
builder.Services.AddShares();

await using var app = builder.Build();
try
{
    return await RunAsync(app);
}
catch (Exception e) when (e is PlaygroundException or OptionsValidationException
    or InvalidOperationException { InnerException: FormatException })
{
    // A matter of the settings: a sentence, not a trace.
    var reasons = e switch
    {
        OptionsValidationException options => string.Join(' ', options.Failures),
        // A value that is of no such kind at all.
        InvalidOperationException { InnerException: { } inner } => $"{e.Message} {inner.Message}",
        _ => e.Message,
    };
    app.Logger.LogCritical("The server cannot start: {Reasons}", reasons);
    return 1;
}

static async Task<int> RunAsync(WebApplication app)
{
    // The host would do it later, and write a trace.
    app.Services.GetService<IStartupValidator>()?.Validate();
    ListenCheck.Require(app.Configuration, app.Services.GetRequiredService<IOptions<AccessOptions>>().Value);
    // Beside the rest of the start: building the model takes half a second of one core.
    var opening = Task.Run(() => StorageStartup.OpenAsync(app.Services));
    TorchEngine.Initialize(libtorch: app.Configuration[Libtorch.Setting]);
    ShippedModels.CopyTo(app.Services.GetRequiredService<IOptions<PlaygroundOptions>>().Value.Models, ShippedModels.Folder, app.Logger);
    app.UseFrontDoor();
    app.UseResponseCompression();
    app.UseExceptionHandler();
    app.UseRequestLocalization();
    app.UseKnownCharsets();
    app.UsePageAnswers();
    app.UseAuthentication();
    app.UseRateLimiter();
    app.UseAuthorization();
    app.UseBodyLimits();
    app.UseAntiforgery();
    app.MapSamples();
    app.MapTrainings();
    app.MapPictures();
    app.MapJobs();
    app.MapEvaluations();
    app.MapModels();
    app.MapLoras();
    app.MapUploads();
    app.MapDatasets();
    app.MapGallery();
    app.MapShares();
    app.MapHealth();
    app.MapAccounts();
    app.MapOpenApi("/openapi/v1.json").RequireAuthorization(Policies.View);
    app.MapHub<FramesHub>("/hubs/frames", o => o.CloseOnAuthenticationExpiration = true);
    app.MapStaticAssets().AllowAnonymous();
    app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null)
        .AddAdditionalAssemblies(typeof(Routes).Assembly).RequireAuthorization(Policies.View);
    if (!await opening) return 1;
    await app.RunAsync();
    return Environment.ExitCode;
}

/// <summary>The host's entry point, named so that tests can start it.</summary>
public sealed partial class Program;
