namespace Playground.Client.Contracts;

/// <summary>The caller's own gallery: images that they saved, each with its recipe. Of others' there is nothing.</summary>
[Needs(Permission.View)]
public interface IGallery
{
    /// <summary>How long a deleted image can be restored.</summary>
    TimeSpan UndoTime { get; }

    /// <summary>Saves images of a run. Those that are in the gallery already stay as they are; those deleted come back.</summary>
    /// <exception cref="RequestException">There is no such run or image, or the gallery is full; nothing is saved.</exception>
    [Needs(Permission.Create)]
    Task<GallerySaved> SaveAsync(GallerySave request, CancellationToken ct);

    /// <summary>One page of the images that match.</summary>
    /// <exception cref="RequestException">A value of the query is out of its range.</exception>
    Task<GalleryPage> ListAsync(GalleryQuery query, CancellationToken ct);

    /// <summary>The ids of all images that match, in order.</summary>
    /// <exception cref="RequestException">A value of the query is out of its range.</exception>
    Task<IReadOnlyList<string>> ListIdsAsync(GalleryQuery query, CancellationToken ct);

    /// <summary>Where an image is among those that match, from 0 on; null where it is not.</summary>
    /// <exception cref="RequestException">A value of the query is out of its range.</exception>
    Task<int?> FindPlaceAsync(string id, GalleryQuery query, CancellationToken ct);

    /// <summary>Everything that is known of an image, a deleted one too while it can be restored; null when there is none of that
    /// id.</summary>
    Task<GalleryImageDetail?> FindAsync(string id, CancellationToken ct);

    /// <summary>What the images can be filtered by, with how many there are of each.</summary>
    Task<GalleryFacets> GetFacetsAsync(CancellationToken ct);

    /// <summary>Changes images: star, rating, board, tags, note.</summary>
    /// <returns>How many there were of those named.</returns>
    /// <exception cref="RequestException">A value is out of its range, or there is no such board; nothing is changed.</exception>
    [Needs(Permission.Create)]
    Task<int> EditAsync(GalleryEdit edit, CancellationToken ct);

    /// <summary>Deletes images, which can be restored for <see cref="UndoTime"/>, or for good.</summary>
    /// <returns>How many there were of those named.</returns>
    [Needs(Permission.Create, Audit = "gallery.deleted")]
    Task<int> DeleteAsync(GallerySelection images, bool permanently, CancellationToken ct);

    /// <summary>Brings deleted images back.</summary>
    /// <returns>How many there were of those named.</returns>
    [Needs(Permission.Create)]
    Task<int> RestoreAsync(GallerySelection images, CancellationToken ct);

    /// <summary>Makes an address, good for ten minutes, that gives the images as a zip.</summary>
    /// <exception cref="RequestException">None of them is there.</exception>
    Task<GalleryDownload> OfferAsync(GallerySelection images, CancellationToken ct);

    /// <summary>The boards by name, with how many images each has.</summary>
    Task<IReadOnlyList<BoardView>> ListBoardsAsync(CancellationToken ct);

    /// <summary>Adds a board.</summary>
    /// <exception cref="RequestException">The name is empty, too long or taken, or there are too many boards.</exception>
    [Needs(Permission.Create)]
    Task<BoardView> AddBoardAsync(BoardName name, CancellationToken ct);

    /// <summary>Gives a board another name.</summary>
    /// <exception cref="RequestException">There is no such board, or the name is empty, too long or taken.</exception>
    [Needs(Permission.Create)]
    Task<BoardView> RenameBoardAsync(string id, BoardName name, CancellationToken ct);

    /// <summary>Deletes a board; its images stay in the gallery.</summary>
    /// <returns>False when there is none of that id.</returns>
    [Needs(Permission.Create, Audit = "board.deleted")]
    Task<bool> DeleteBoardAsync(string id, CancellationToken ct);
}
