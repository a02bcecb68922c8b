using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>
/// Where there are to be accounts and none can manage them, a one-time link is printed that makes the first administrator; a new one at
/// each start, which ends those before it. It goes to standard output and into no log.
/// </summary>
internal sealed class FirstAdministrator(Database database, Invitations invitations, IOptions<AccessOptions> access, IServer server,
    IHostApplicationLifetime life, TimeProvider clock) : BackgroundService
{
    private const int Days = 1;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!access.Value.Accounts) return;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = life.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        while (!await TryInviteAsync(stoppingToken)) await Task.Delay(s_pause, clock, stoppingToken);
    }

    // False where the database does not answer yet.
    private async Task<bool> TryInviteAsync(CancellationToken ct)
    {
        try
        {
            if (await database.ReadAsync(db => db.Set<Account>().AnyAsync(a => a.Role == AccountRole.Administrator && !a.IsDisabled, ct),
                ct))
                return true;
            var (_, link) = await invitations.CreateAsync(null, AccountRole.Administrator, "First administrator", Days, ct);
            await Console.Out.WriteLineAsync($"No administrator yet. Open this link once, within a day, to create one: {Address()}{link}");
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    // Passkeys need a name: localhost has one, 127.0.0.1 has not.
    private string Address()
    {
        var address = BindingAddress.Parse(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? "http://localhost");
        var host = access.Value.Hosts.FirstOrDefault(h => !h.StartsWith('*')) ?? "localhost";
        return host == "localhost" ? $"{address.Scheme}://{host}:{address.Port}" : $"https://{host}";
    }
}
