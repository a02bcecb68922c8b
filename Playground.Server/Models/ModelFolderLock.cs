using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Models;

/// <summary>
/// The models folder as it changes. A model comes, goes or changes its name by one rename of its folder, so it is there whole or not at
/// all; what is under way lies in a hidden folder beside. Whoever changes something holds the names that it concerns.
/// </summary>
internal sealed class ModelFolderLock(IOptions<PlaygroundOptions> options, ILogger<ModelFolderLock> log)
{
    private const string Hidden = ".incoming";
    private const int MostAttempts = 20;
    private readonly Lock _lock = new(), _moving = new();
    private int _moves;
    private readonly HashSet<string> _claimed = new(StringComparer.OrdinalIgnoreCase);

    private string Root => Path.GetFullPath(options.Value.Models);

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Holds an installed model's name while it is changed.</summary>
    /// <exception cref="RequestException">Another change of it is under way.</exception>
    public IDisposable Claim(string name) => TryClaim(name)
        ?? throw ModelRefusal.Conflict($"The model '{name}' is being changed at this moment. Try again when that has ended.");

    /// <summary>Holds a name that nothing in the models folder has, whatever its case.</summary>
    /// <exception cref="RequestException">It cannot be a name, or is taken.</exception>
    public IDisposable ClaimNew(string name)
    {
        if (!ModelNames.IsFit(name)) throw ModelRefusal.Invalid(ModelNames.SentenceFor(name));
        return TryClaimNew(name) ?? throw ModelRefusal.Conflict(
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
        var staging = new Staging(Path.Combine(Root, Hidden, Guid.NewGuid().ToString("N")), log);
        try
        {
            Directory.CreateDirectory(staging.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
        return staging;
    }

    /// <summary>One that was made before, by its name.</summary>
    public Staging Reopen(string name) => new(Path.Combine(Root, Hidden, Guid.ParseExact(name, "N").ToString("N")), log);

    /// <summary>Deletes what a server left behind that ended while something was under way.</summary>
    /// <param name="needed">Names of folders that jobs still work on.</param>
    public void Sweep(IReadOnlySet<string> needed)
    {
        var hidden = new DirectoryInfo(Path.Combine(Root, Hidden));
        if (!hidden.Exists) return;
        foreach (var old in hidden.EnumerateDirectories().Where(d => !needed.Contains(d.Name))) Staging.Delete(old.FullName, log);
    }

    /// <summary>
    /// Counts the beginnings and ends of renames: whoever reads the folder and finds it odd, or changed since, may have seen a model under
    /// two names or none, and reads again.
    /// </summary>
    public int Moves => Volatile.Read(ref _moves);

    /// <summary>Reads the folder until nothing was renamed meanwhile.</summary>
    public T Steadily<T>(Func<T> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            var moves = Moves;
            var result = read();
            if ((moves % 2 == 0 && moves == Moves) || attempt == MostAttempts) return result;
        }
    }

    /// <summary>Renames a folder of the models folder, which is one step.</summary>
    /// <exception cref="RequestException">It cannot be done.</exception>
    public void Move(string from, string to)
    {
        lock (_moving)
        {
            Interlocked.Increment(ref _moves);
            try
            {
                MoveFolder(from, to);
            }
            finally
            {
                Interlocked.Increment(ref _moves);
            }
        }
    }

    private static void MoveFolder(string from, string to)
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

    private static RequestException Unwritable(Exception e)
        => ModelRefusal.Storage(StorageFailures.Of(e)?.Message
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
}
