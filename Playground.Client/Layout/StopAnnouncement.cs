using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Playground.Client.Layout;

/// <summary>
/// Tells every open page that the server stops, and holds the stop until their browsers have shown it, or for <see cref="Patience"/>:
/// connections are closed as soon as the stop goes on, and what is still on its way is lost.
/// </summary>
internal sealed class StopAnnouncement : IDisposable
{
    private readonly ConcurrentDictionary<Func<Task>, bool> _pages = [];
    private readonly CancellationTokenRegistration _registration;

    // Made with the first page that asks for it, after the server has registered what closes its connections: the last is called first.
    public StopAnnouncement(IHostApplicationLifetime lifetime) => _registration = lifetime.ApplicationStopping.Register(Announce);

    /// <summary>How long pages that do not answer (asleep, disconnected) hold a stop.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Has <paramref name="tell"/> called when the server stops; its task ends when the browser has shown what it says.</summary>
    public void Add(Func<Task> tell) => _pages[tell] = true;

    /// <summary>No longer calls <paramref name="tell"/>: its page is closed.</summary>
    public void Remove(Func<Task> tell) => _pages.TryRemove(tell, out _);

    /// <inheritdoc />
    public void Dispose() => _registration.Dispose();

    private void Announce()
    {
        var told = Task.WhenAll(_pages.Keys.Select(tell => tell()));
#pragma warning disable RS0030 // A token's callbacks cannot be awaited, and the stop waits for nothing else.
        Task.WhenAny(told, Task.Delay(Patience)).Wait();
#pragma warning restore RS0030
    }
}
