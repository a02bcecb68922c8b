using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Tests;
using Playground.Server.Accounts;

namespace Playground.Server.Tests.Accounts;

/// <summary>
/// The whole server in the tests' own process, on a free port of 127.0.0.1, so that a test sees its services and its endpoints.
/// </summary>
public class RunningServer : IAsyncLifetime
{
    private static readonly SemaphoreSlim s_starting = new(1, 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("running-").FullName;
    private Task<int>? _run;

    public IServiceProvider Services { get; private set; } = null!;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string Data => Path.Combine(_folder, "data");

    protected virtual IEnumerable<string> Settings => ["--Playground:Accounts=true", "--Playground:Limits:SecretsPerMinute=10000"];

    /// <summary>What time it is there.</summary>
    public ShiftedClock Clock { get; } = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        var models = Path.Combine(_folder, "models");
        using (var model = new TinyModel())
        {
            Directory.CreateDirectory(models);
            Directory.Move(model.Folder, Path.Combine(models, "tiny"));
            Directory.CreateDirectory(model.Folder);
        }
        string[] args = ["--urls", "http://127.0.0.1:0", "--applicationName", "Playground.Server", "--contentRoot",
            Path.Combine(Repository.Root, "Playground.Server"), $"--Playground:Data={Data}", $"--Playground:Models={models}",
            .. Settings];
        // Whoever listens hears of every host: one starts at a time.
        await s_starting.WaitAsync(Ct);
        try
        {
            await StartAsync(args);
        }
        finally
        {
            s_starting.Release();
        }
    }

    private async Task StartAsync(string[] args)
    {
        var built = new HostWatcher(Clock);
        using var subscription = DiagnosticListener.AllListeners.Subscribe(built);
        _run = Task.Factory.StartNew(() => (int)typeof(Program).Assembly.EntryPoint!.Invoke(null, [args])!, CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(built.Host, _run);
        if (_run.IsCompleted) Assert.Fail($"The server ended with code {await _run}.");
        Services = (await built.Host).Services;
        var started = new TaskCompletionSource();
        Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(started.SetResult);
        await Task.WhenAny(started.Task, _run);
        // Its invitation would end one that a test makes before it.
        await Services.GetServices<IHostedService>().OfType<FirstAdministrator>().Single().ExecuteTask!;
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _run!;
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A browser that nobody has signed in with.</summary>
    public Visitor Visit() => new(Address);

    /// <summary>A browser in which somebody new has signed in; the first one of a server is its first administrator.</summary>
    public async Task<Visitor> JoinAsync(string role, string name)
    {
        var invitations = Services.GetRequiredService<Invitations>();
        var (_, link) = await invitations.CreateAsync(role == AccountRole.Administrator ? null : LoopbackId, role, "", 1, Ct);
        var visitor = Visit();
        using var made = await visitor.SubmitAsync(link, "invitation",
            new() { ["Form.Name"] = name, ["Form.Password"] = PasswordOf(name) });
        Assert.True(visitor.HasSession, await made.Content.ReadAsStringAsync(Ct));
        return visitor;
    }

    public static string PasswordOf(string name) => $"four unrelated words of {name}";

    private const string LoopbackId = Playground.Server.Hosting.LoopbackOwner.Local;

    // Hosts say that they are being built, and that they are; the entry point says nothing else.
    private sealed class HostWatcher(TimeProvider clock) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private readonly TaskCompletionSource<IHost> _host = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IHost> Host => _host.Task;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting") value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
                builder.ConfigureServices(services => services.AddSingleton(clock));
            if (value.Key == "HostBuilt") _host.TrySetResult((IHost)value.Value!);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}

/// <summary>A browser without scripts: cookies, pages, and forms with what is hidden in them.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly System.Net.CookieContainer _cookies = new();

    public Visitor(Uri address)
    {
        Address = address;
        Http = new HttpClient(new HttpClientHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public bool HasSession => Session is not null;

    /// <summary>The session's cookie, as it is sent.</summary>
    public string? Session => _cookies.GetCookies(Address)["playground"] is { Value.Length: > 0 } cookie
        ? $"playground={cookie.Value}"
        : null;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Forget() => _cookies.GetCookies(Address).ToList().ForEach(c => c.Expired = true);

    public Task<string> PageAsync(string path) => Http.GetStringAsync(path, Ct);

    /// <summary>Fills a form of a page in, and sends it.</summary>
    /// <param name="path">The page.</param>
    /// <param name="form">The form's name; null: the first one that is sent to <paramref name="action"/>.</param>
    /// <param name="fields">What is written into it.</param>
    /// <param name="action">Where it is sent; null: to the page.</param>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string? form, Dictionary<string, string> fields, string? action = null)
    {
        var page = System.Net.WebUtility.HtmlDecode(await PageAsync(path));
        var token = Token().Match(page);
        Assert.True(token.Success, page);
        fields["__RequestVerificationToken"] = token.Groups[1].Value;
        if (form is not null) fields["_handler"] = form;
        return await Http.PostAsync(action ?? path, new FormUrlEncodedContent(fields), Ct);
    }

    public Task<HttpResponseMessage> SignInAsync(string name, string password) => SubmitAsync("/sign-in", "sign-in",
        new() { ["Form.Name"] = name, ["Form.Password"] = password });

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
