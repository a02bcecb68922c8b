using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.SignalR;
using Playground.Server.Hosting;

namespace Playground.Server.Accounts;

/// <summary>
/// The open connections of each account, hubs and pages alike: they end when the account is locked, or its password changed. Whoever may
/// still come connects again.
/// </summary>
internal sealed class Connections : IHubFilter, IDisposable
{
    private readonly ConcurrentDictionary<string, (string? Account, HubCallerContext Context)> _open = new();
    private readonly AccountStates _states;

    public Connections(AccountStates states)
    {
        _states = states;
        states.Changed += End;
    }

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        _open[context.Context.ConnectionId] = (context.Context.UserIdentifier, context.Context);
        await next(context);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception,
        Func<HubLifetimeContext, Exception?, Task> next)
    {
        _open.TryRemove(context.Context.ConnectionId, out _);
        await next(context, exception);
    }

    public void Dispose() => _states.Changed -= End;

    private void End(string account)
    {
        foreach (var (of, context) in _open.Values)
            if (of == account) context.Abort();
    }
}

/// <summary>In a page's circuit, whoever opened it is the caller of all that is done there, for as long as their session is good.</summary>
internal sealed class CircuitCaller(Caller caller, AccountStates states, AuthenticationStateProvider authentication) : CircuitHandler
{
    private static readonly ClaimsPrincipal s_nobody = new(new ClaimsIdentity());

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next)
        => !caller.HasAccounts ? next : async context =>
        {
            var session = (await authentication.GetAuthenticationStateAsync()).User;
            using var entered = Caller.Enter(await states.RefreshAsync(session, CancellationToken.None) ?? s_nobody);
            await next(context);
        };
}
