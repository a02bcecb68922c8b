using Playground.Core.Imaging;

namespace Playground.Evaluation.Tests.Features;

/// <summary>The pictures that bench/record_features.py records with.</summary>
internal static class FormulaPicture
{
    public static PictureBatch Of(int height, int width)
    {
        var pixels = new byte[height * width * 3];
        for (int y = 0, i = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++) pixels[i++] = (byte)(y * 37 + x * 59 + c * 101 + y * x % 17 * 13);
        return new PictureBatch(1, height, width, 3, pixels);
    }
}
