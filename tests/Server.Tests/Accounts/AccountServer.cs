using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Accounts;

namespace Playground.Server.Tests.Accounts;

/// <summary>A server with an administrator and a member.</summary>
public sealed class AccountServer : RunningServer
{
    private int _made;

    public Visitor Administrator { get; private set; } = null!;

    protected override IEnumerable<string> Settings => [.. base.Settings, "--Playground:Account:MaxFailures=3",
        "--Playground:Account:QueuedJobs=3", "--Playground:Hosts:0=play.example.org", "--Playground:Hosts:1=*.lab.example.org",
        "--Playground:Proxies:0=127.0.0.1"];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Administrator = await JoinAsync(AccountRole.Administrator, "ada");
    }

    /// <summary>Somebody new, whom no other test knows.</summary>
    public async Task<(Visitor Visitor, string Name)> NewAsync(string role = AccountRole.Member)
    {
        var name = $"somebody-{Interlocked.Increment(ref _made)}";
        return (await JoinAsync(role, name), name);
    }

    /// <summary>The id of an account.</summary>
    public async Task<AccountView> FindAsync(string name) => (await Services.GetRequiredService<AccountAdministration>()
        .ListAsync(TestContext.Current.CancellationToken)).Single(a => a.Name == name);

    public async Task<string> KeyAsync(string name, Permission scope, int days = 1) => (await Services.GetRequiredService<ApiKeys>()
        .CreateAsync((await FindAsync(name)).Id, "key", scope, days, TestContext.Current.CancellationToken)).Key;
}
