namespace Playground.Client.Resources;

/// <summary>Texts of the gallery.</summary>
public sealed class GalleryTexts;
