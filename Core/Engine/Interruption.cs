namespace Playground.Core.Engine;

/// <summary>Lets work on a thread end between the blocks of a network: a forward pass over large images takes minutes.</summary>
internal static class Interruption
{
    [ThreadStatic] private static Func<bool>? s_wanted;

    /// <summary>Until it is disposed, <see cref="Check"/> on this thread throws once <paramref name="wanted"/> is true.</summary>
    public static IDisposable When(Func<bool> wanted)
    {
        var before = s_wanted;
        s_wanted = wanted;
        return new Watch(before);
    }

    /// <exception cref="OperationCanceledException">An end is wanted.</exception>
    public static void Check()
    {
        if (s_wanted?.Invoke() == true) throw new OperationCanceledException("The work was ended between two blocks of the network.");
    }

    private sealed class Watch(Func<bool>? before) : IDisposable
    {
        public void Dispose() => s_wanted = before;
    }
}
