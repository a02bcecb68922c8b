using Playground.Client;
using Playground.Client.Contracts;
using Playground.Core.Engine;
using Playground.Server;
using Playground.Server.Api;
using Playground.Server.Hubs;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Storage;
using Radzen;

TorchEngine.Initialize();
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls("http://127.0.0.1:5080");
builder.Services.AddOptions<PlaygroundOptions>().BindConfiguration("Playground");
builder.Services.AddPlaygroundProblems();
builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.RespectNullableAnnotations = true);
builder.Services.AddOpenApi();
builder.Services.AddSignalR().AddHubOptions<FramesHub>(o => o.MaximumParallelInvocationsPerClient = 4);
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddRadzenComponents();
builder.Services.AddRadzenCookieThemeService(o => (o.Name, o.Duration) = ("theme", TimeSpan.FromDays(365)));
builder.Services.AddSingleton<Database>();
builder.Services.AddSingleton<JobStore>();
builder.Services.AddSingleton<BlobStore>();
builder.Services.AddSingleton<ModelStore>();
builder.Services.AddSingleton(_ => new DeviceThread("device"));
builder.Services.AddSingleton<JobBoard>();
builder.Services.AddSingleton<ISampling, SamplingJobs>();
builder.Services.AddHostedService<JobRunner>();

var app = builder.Build();
app.Services.GetRequiredService<Database>().Migrate();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseStaticFiles();
app.UseAntiforgery();
app.MapSamples();
app.MapJobs();
app.MapModels();
app.MapOpenApi("/openapi/v1.json");
app.MapHub<FramesHub>("/hubs/frames");
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.Run();

/// <summary>The host's entry point, named so that tests can start it.</summary>
public sealed partial class Program;
