using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Models;

/// <summary>
/// The models folder as it changes. A model comes, goes or changes its name by one rename of its folder, so it is there whole or not at
/// all; what is under way lies in a hidden folder beside. Whoever changes something holds the names that it concerns.
/// </summary>
internal sealed class ModelFolderLock(IOptions<PlaygroundOptions> options, TimeProvider time, ILogger<ModelFolderLock> log)
{
    private const string Hidden = ".incoming";
    private static readonly TimeSpan s_forgotten = TimeSpan.FromDays(1);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _claimed = new(StringComparer.OrdinalIgnoreCase);

    private string Root => Path.GetFullPath(options.Value.Models);

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Holds an installed model's name while it is changed.</summary>
    /// <exception cref="ModelRefusedException">Another change of it is under way.</exception>
    public IDisposable Claim(string name) => TryClaim(name) ?? throw new ModelRefusedException(ModelRefusal.Conflict,
        $"The model '{name}' is being changed at this moment. Try again when that has ended.");

    /// <summary>Holds a name that nothing in the models folder has, whatever its case.</summary>
    /// <exception cref="ModelRefusedException">It cannot be a name, or is taken.</exception>
    public IDisposable ClaimNew(string name)
    {
        if (!ModelNames.IsFit(name)) throw new ModelRefusedException(ModelRefusal.Invalid, ModelNames.SentenceFor(name));
        return TryClaimNew(name) ?? throw new ModelRefusedException(ModelRefusal.Conflict,
            $"The name '{name}' is taken. Choose another, such as '{name}-2', or rename or delete the model that has it.");
    }

    /// <summary>Holds the name, or the first of name-2, name-3 … that is free.</summary>
    public (string Name, IDisposable Claim) ClaimLike(string name)
    {
        for (var i = 1; ; i++)
        {
            var suffix = i == 1 ? "" : $"-{i}";
            var candidate = name[..Math.Min(name.Length, ModelNames.MaxLength - suffix.Length)] + suffix;
            if (TryClaimNew(candidate) is { } claim) return (candidate, claim);
        }
    }

    /// <summary>
    /// A new empty folder beside the models, from which and to which they can be renamed. Disposing it deletes what is left in it.
    /// </summary>
    public Staging Stage()
    {
        var folder = Path.Combine(Root, Hidden, Guid.NewGuid().ToString("N"));
        try
        {
            Sweep();
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
        return new Staging(folder, log);
    }

    /// <summary>Renames a folder of the models folder, which is one step.</summary>
    /// <exception cref="ModelRefusedException">It cannot be done.</exception>
    public static void Move(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    private static ModelRefusedException Unwritable(Exception e)
        => new(ModelRefusal.Storage, StorageFailures.Of(e)?.Message
            ?? "The models folder cannot be written to. Ask whoever runs the server to make it writable.", e);

    private IDisposable? TryClaimNew(string name)
    {
        lock (_lock)
        {
            if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root)
                .Any(e => string.Equals(Path.GetFileName(e), name, StringComparison.OrdinalIgnoreCase))) return null;
            return TryClaim(name);
        }
    }

    private DisposableAction? TryClaim(string name)
    {
        lock (_lock)
        {
            if (!_claimed.Add(name)) return null;
        }
        return new DisposableAction(() =>
        {
            lock (_lock) _claimed.Remove(name);
        });
    }

    // What a server left behind that was killed while something was under way.
    private void Sweep()
    {
        var hidden = new DirectoryInfo(Path.Combine(Root, Hidden));
        if (!hidden.Exists) return;
        foreach (var old in hidden.EnumerateDirectories().Where(d => time.GetUtcNow() - d.LastWriteTimeUtc > s_forgotten))
            Staging.Delete(old.FullName, log);
    }
}
