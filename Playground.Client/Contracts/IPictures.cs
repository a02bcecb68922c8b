namespace Playground.Client.Contracts;

/// <summary>A picture that a sampling can start from.</summary>
/// <param name="Id">64 hexadecimal digits: the SHA-256 of its PNG file.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record PictureView(string Id, int Width, int Height);

/// <summary>The caller's own pictures: those uploaded, and those of the caller's jobs.</summary>
[Needs(Permission.View)]
public interface IPictures
{
    /// <summary>Null when there is none of that id.</summary>
    Task<PictureView?> FindAsync(string id, CancellationToken ct);
}
